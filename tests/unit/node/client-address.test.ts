import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createClientAddress } from "#hosts/node/client-address.ts";

type Header = "x-forwarded-for" | "forwarded";
const PROXIES = ["10.0.0.0/8", "192.168.1.1", "2001:db8:1::/48"];

const asked = (remoteAddress: string | undefined, headers: object) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage; // safe: all that is looked at
const find = (peer: string, header: Header, value: string | undefined, trustedProxies = PROXIES) =>
  createClientAddress({ trustedProxies, forwardedHeader: header })(asked(peer, { [header]: value }));
const byList = (peer: string, value: string | undefined) => find(peer, "x-forwarded-for", value);
const byForwarded = (peer: string, value: string | undefined) => find(peer, "forwarded", value);

describe("without a trusted proxy", () => {
  it.each<[Header, string]>([
    ["x-forwarded-for", "203.0.113.9"],
    ["forwarded", "for=203.0.113.9"],
  ])("the connection's address stands, whatever %s says", (header, value) => {
    expect(find("10.0.0.1", header, value, [])).toBe("10.0.0.1");
    expect(find("198.51.100.1", header, value)).toBe("198.51.100.1");
    expect(find("192.168.1.2", header, value)).toBe("192.168.1.2");
  });

  it("a connection that is gone has none", () => {
    const gone = asked(undefined, { "x-forwarded-for": "203.0.113.9" });
    expect(createClientAddress({ trustedProxies: PROXIES, forwardedHeader: "x-forwarded-for" })(gone)).toBe("");
  });
});

describe("X-Forwarded-For", () => {
  it.each([
    ["the client of one proxy", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["the client of a chain", "10.0.0.1", "203.0.113.9, 192.168.1.1,10.2.3.4", "203.0.113.9"],
    ["not what the client wrote before it", "10.0.0.1", "1.1.1.1, 10.0.0.7, 203.0.113.9", "203.0.113.9"],
    ["not what the client wrote, in a chain", "10.0.0.1", "127.0.0.1,203.0.113.9 , 10.9.9.9", "203.0.113.9"],
    ["IPv6", "2001:db8:1::1", "2001:db8:2::9", "2001:db8:2::9"],
    ["IPv6 in brackets, with a port", "10.0.0.1", "[2001:db8:2::9]:4711", "2001:db8:2::9"],
    ["IPv4 with a port", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
    ["a mapped address as IPv4", "::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
    ["the first of all when all are trusted", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["the proxy without the header", "10.0.0.1", undefined, "10.0.0.1"],
    ["the proxy at an empty one", "10.0.0.1", "", "10.0.0.1"],
    ["the proxy at what is no address", "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"],
    ["the proxy at a name", "10.0.0.1", "client.example", "10.0.0.1"],
    ["the proxy at a trailing comma", "10.0.0.1", "203.0.113.9,", "10.0.0.1"],
    ["the last known one behind garbage", "10.0.0.1", "203.0.113.9, 300.1.1.1, 10.0.0.2", "10.0.0.2"],
    ["the proxy at an address with a zone", "10.0.0.1", "fe80::1%eth0", "10.0.0.1"],
  ])("gives %s", (_, peer, value, expected) => {
    expect(byList(peer, value)).toBe(expected);
  });
});

describe("Forwarded", () => {
  // The first four are of RFC 7239 §4 and §6.
  it.each([
    ["a pair", "for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"],
    ["a name in capitals", 'For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
    ["the last of several", "for=192.0.2.43, for=198.51.100.17", "198.51.100.17"],
    ["no obfuscated one", 'for="_gazonk"', "10.0.0.1"],
    ["no unknown one", "for=unknown", "10.0.0.1"],
    [
      "the client behind trusted ones",
      'for=198.51.100.17,for=10.1.1.1;by="_x", for="[2001:db8:1::5]"',
      "198.51.100.17",
    ],
    ["a quoted one with a port", 'for="192.0.2.43:47011"', "192.0.2.43"],
    ["nothing of an element without it", "for=192.0.2.1, proto=https", "10.0.0.1"],
    ["nothing of an element with two", "for=192.0.2.1;for=192.0.2.2", "10.0.0.1"],
    ["nothing of a malformed element", "for=192.0.2.1, =;", "10.0.0.1"],
    ["what follows a quote that the client left open", 'for="1.1.1.1, for=192.0.2.60', "192.0.2.60"],
    ["what follows an escaped quote", 'for="1.1.1.1\\", for=192.0.2.60;host="a"', "192.0.2.60"],
    ["what stands before a host that says something else", 'for=192.0.2.60;host="a, for=1.1.1.1, b"', "192.0.2.60"],
    ["what stands behind it", 'host="a;for=1.1.1.1";for=192.0.2.60', "192.0.2.60"],
    ["what stands beside an escaped quote in it", 'for=192.0.2.60;host="\\", for=1.1.1.1; a=\\"b"', "192.0.2.60"],
  ])("gives %s", (_, value, expected) => {
    expect(byForwarded("10.0.0.1", value)).toBe(expected);
  });
});

it("is never moved by what a client writes before what its proxy adds", () => {
  const tail: Record<Header, string> = {
    "x-forwarded-for": "203.0.113.9, 10.0.0.2",
    forwarded: 'for=203.0.113.9;host="a\\"b", for=10.0.0.2;proto=https',
  };
  const text = fc.string({ unit: fc.constantFrom(...'for=;,"\\[]: 10.0.0.1a'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.constantFrom<Header>("x-forwarded-for", "forwarded"), (written, header) => {
      expect(find("10.0.0.1", header, `${written}, ${tail[header]}`)).toBe("203.0.113.9");
    }),
    { numRuns: 2_000 },
  );
});
