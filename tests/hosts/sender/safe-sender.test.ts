import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSender } from "#shared/adapters/undici/sender.ts";
import { isPublicAddress } from "#shared/webhooks/public-address.ts";
import type { OutgoingRequest } from "#shared/webhooks/sender.ts";

/** A real server on loopback; returns its port and how many requests have reached it. */
async function openServer(listener: RequestListener): Promise<{ port: number; reached(): number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, reached: () => count }; // safe: it listens on TCP
}

function openSender(...allowedHosts: string[]) {
  const sender = createSender({ allowedHosts });
  onTestFinished(() => sender.close());
  return (url: string, more: Partial<OutgoingRequest> = {}) =>
    sender.send({ method: "GET", url, headers: {}, timeoutMs: 2000, ...more });
}

describe("an address that is not public", () => {
  it.each([
    ["loopback", "127.0.0.1"],
    ["loopback, far end", "127.255.255.254"],
    ["this host", "0.0.0.0"],
    ["private 10/8", "10.0.0.1"],
    ["private 172.16/12", "172.31.255.255"],
    ["private 192.168/16", "192.168.1.1"],
    ["link-local, the cloud's metadata", "169.254.169.254"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["multicast", "224.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["documentation", "192.0.2.1"],
    ["benchmarking", "198.18.0.1"],
    ["benchmarking, far end", "198.19.255.255"],
    ["IETF protocol assignments", "192.0.0.1"],
    ["IPv6 loopback", "::1"],
    ["IPv6 unspecified", "::"],
    ["IPv6 link-local", "fe80::1"],
    ["IPv6 unique local", "fd00::1"],
    ["IPv6 site-local", "fec0::1"],
    ["IPv6 multicast", "ff02::1"],
    ["IPv6 documentation", "2001:db8::1"],
    ["IPv4-mapped IPv6", "::ffff:127.0.0.1"],
    ["IPv4-mapped IPv6 in hex", "::ffff:7f00:1"],
    ["IPv4-compatible IPv6", "::127.0.0.1"],
    ["NAT64", "64:ff9b::7f00:1"],
    ["NAT64, of a public address even", "64:ff9b::101:101"],
    ["NAT64, local (RFC 8215)", "64:ff9b:1::a00:1"],
    ["6to4", "2002:7f00:1::"],
    ["Teredo", "2001::1"],
    ["no address", "localhost"],
  ])("is refused: %s", (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])(
    "is not %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe("the safe sender", () => {
  it.each([
    "http://127.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://localhost:PORT/",
    "http://localhost.:PORT/",
    "http://ｌｏｃａｌｈｏｓｔ:PORT/",
    "http://api.localhost:PORT/",
    "http://１２７.０.０.１:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://LOCALHOST:PORT/",
    "http://0.0.0.0:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://user:pass@127.0.0.1:PORT/",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "http://",
    "nonsense",
  ])("refuses %s, and nothing leaves", async (url) => {
    const { port, reached } = await openServer((_, response) => response.end());
    expect(await openSender()(url.replace("PORT", String(port)))).toMatchObject({ kind: "refused" });
    expect(reached()).toBe(0);
  });

  it("reaches a private host that the operator allows by name, or by name and port, or registered", async () => {
    const { port } = await openServer((request, response) => response.end(`${request.method} ${request.url}`));
    const url = `http://127.0.0.1:${port}/a?b=1`;
    const expected = { kind: "answered", status: 200, body: "GET /a?b=1" };
    expect(await openSender("127.0.0.1")(url)).toMatchObject(expected);
    expect(await openSender(`127.0.0.1:${port}`)(url)).toMatchObject(expected);
    expect(await openSender("LocalHost")(url.replace("127.0.0.1", "localhost"))).toMatchObject(expected);
    expect(await openSender()(url, { isOperatorHost: true })).toMatchObject(expected);
    expect(await openSender(`127.0.0.1:${port + 1}`)(url)).toMatchObject({ kind: "refused" });
    expect(await openSender("localhost")(url)).toMatchObject({ kind: "refused" });
  });

  it("matches a host allowed with the scheme's own port", async () => {
    const result = await openSender("127.0.0.1:80")("http://127.0.0.1/");
    expect(result.kind).not.toBe("refused");
  });

  it("sends headers and body, and gives back status, headers and body", async () => {
    const { port } = await openServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(429, { "retry-after": "7", "x-asked": request.headers["x-ask"] ?? "" });
      response.end(Buffer.concat(chunks).toString().toUpperCase());
    });
    const result = await openSender()(`http://127.0.0.1:${port}/`, {
      method: "POST",
      isOperatorHost: true,
      headers: { "x-ask": "yes", "content-type": "text/plain" },
      body: "grüße",
    });
    if (result.kind !== "answered") throw new Error(result.reason);
    expect(result).toMatchObject({ status: 429, body: "GRÜSSE" });
    expect(result.headers.get("retry-after")).toBe("7");
    expect(result.headers.get("x-asked")).toBe("yes");
  });

  it("follows no redirect", async () => {
    const target = await openServer((_, response) => response.end("secret"));
    const { port } = await openServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end();
    });
    const result = await openSender()(`http://127.0.0.1:${port}/`, { isOperatorHost: true });
    expect(result).toMatchObject({ kind: "answered", status: 302 });
    expect(target.reached()).toBe(0);
  });

  it.each<[string, RequestListener]>([
    ["does not answer", () => undefined],
    ["stops in the middle of its body", (_, response) => response.writeHead(200).write("half")],
  ])("gives up a host that %s in time", async (_, listener) => {
    const { port } = await openServer(listener);
    const result = await openSender()(`http://127.0.0.1:${port}/`, { isOperatorHost: true, timeoutMs: 100 });
    expect(result).toEqual({ kind: "failed", reason: "no answer within 100 ms" });
  });

  it("takes no answer larger than allowed, however it comes", async () => {
    const { port } = await openServer((request, response) => {
      if (request.url === "/exact") response.end("x".repeat(1000));
      else response.write("x".repeat(600), () => response.end("x".repeat(401)));
    });
    const send = openSender("127.0.0.1");
    const exact = await send(`http://127.0.0.1:${port}/exact`, { maxResponseBytes: 1000 });
    expect(exact).toMatchObject({ kind: "answered" });
    const over = await send(`http://127.0.0.1:${port}/over`, { maxResponseBytes: 1000 });
    expect(over).toEqual({ kind: "failed", reason: "the answer is larger than 1000 bytes" });
  });

  it("tells a broken connection by its code, without the address", async () => {
    const { port } = await openServer((request) => request.socket.destroy());
    const send = openSender("127.0.0.1");
    const broken = await send(`http://127.0.0.1:${port}/`);
    expect(broken).toEqual({ kind: "failed", reason: "UND_ERR_SOCKET" });
    expect(await send("http://127.0.0.1:1/")).toEqual({ kind: "failed", reason: "ECONNREFUSED" });
  });

  it("never throws: neither for a bad header nor for a name that is not there", async () => {
    const send = openSender("127.0.0.1");
    expect(await send("http://127.0.0.1:1/", { headers: { "x-bad": "a\nb" } })).toMatchObject({ kind: "failed" });
    expect(await send("http://nothing.invalid/")).toMatchObject({ kind: "failed" });
  });
});
