import { describe, expect, it } from "vitest";
import { refusalOf } from "#shared/webhooks/endpoint-url.ts";

describe("the URL of a webhook endpoint", () => {
  it.each([
    ["decimal", "http://2130706433/"],
    ["short", "http://127.1/"],
    ["octal", "http://0177.0.0.1/"],
    ["hex", "http://0x7f.0x0.0x0.0x1/"],
    ["closing dot", "http://127.0.0.1./"],
    ["full-width digits", "http://１２７.０.０.１/"],
    ["percent-encoded", "http://%31%32%37.0.0.1/"],
    ["private", "https://10.1.2.3/hook"],
    ["private", "https://172.16.0.1/"],
    ["private", "https://192.168.0.1:8443/"],
    ["link-local: the cloud's metadata", "http://169.254.169.254/latest/meta-data"],
    ["carrier-grade", "http://100.64.0.1/"],
    ["benchmark", "http://198.18.0.1/"],
    ["benchmark, far end", "http://198.19.255.255/"],
    ["multicast", "http://224.0.0.251/"],
    ["reserved", "http://250.0.0.1/"],
    ["broadcast", "http://255.255.255.255/"],
    ["this host", "http://0/"],
    ["IPv6 loopback", "http://[::1]/"],
    ["IPv4-mapped", "http://[::ffff:10.0.0.1]/"],
    ["IPv4-mapped, hex", "http://[::ffff:a00:1]/"],
    ["IPv4-compatible", "http://[::127.0.0.1]/"],
    ["NAT64", "http://[64:ff9b::10.0.0.1]/"],
    ["local NAT64 (RFC 8215)", "http://[64:ff9b:1::10.0.0.1]/"],
    ["6to4", "http://[2002:a00:1::]/"],
    ["Teredo", "http://[2001:0:53aa:64c::1]/"],
    ["unique local", "http://[fd12:3456::1]/"],
    ["link-local", "http://[fe80::1]/"],
  ])("is refused as an address that is not public: %s, %s", (_, url) => {
    expect(refusalOf(url, [])).toBe("is a private or reserved address; an operator can allow it");
  });

  it.each([
    "http://localhost/",
    "http://LOCALHOST./",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://api.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router.home.arpa/",
    "http://postgres:5432/",
  ])("is refused as a local name: %s", (url) => {
    expect(refusalOf(url, [])).toBe("names a local host; an operator can allow it");
  });

  it.each([
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://ada:key@example.com/",
    "example.com",
    "",
  ])("is refused as no URL to post to: %j", (url) => {
    expect(refusalOf(url, [])).toBe("is not an http or https URL without credentials");
  });

  it.each([
    "https://example.com/webhooks?tenant=1",
    "http://example.com:8080/",
    "https://xn--bcher-kva.example.com/",
    "https://bücher.example.com/",
    "https://1.1.1.1/",
    "https://[2606:4700:4700::1111]/",
  ])("is taken: %s", (url) => {
    expect(refusalOf(url, [])).toBeUndefined();
  });

  it("is taken where the operator lists its host, with that port if one is named", () => {
    expect(refusalOf("http://127.0.0.1:9000/", ["127.0.0.1"])).toBeUndefined();
    expect(refusalOf("http://localhost:9000/", ["LocalHost:9000"])).toBeUndefined();
    expect(refusalOf("http://localhost:9001/", ["localhost:9000"])).toBeDefined();
  });

  it("is refused with a fragment, and when it is too long", () => {
    expect(refusalOf("https://example.com/#a", [])).toBe("has a fragment, which is never sent");
    expect(refusalOf(`https://example.com/${"a".repeat(2000)}`, [])).toBe("is longer than 2000 characters");
  });
});
