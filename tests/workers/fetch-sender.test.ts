import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFetchSender } from "#shared/adapters/fetch/sender.ts";

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    switch (request.url) {
      case "/redirect":
        return response.writeHead(302, { location: "/elsewhere" }).end("moved");
      case "/large":
        return response.end("x".repeat(2_000));
      case "/silent":
        return;
      default:
        return response
          .writeHead(201, { "x-seen": request.headers["x-sent"] ?? "" })
          .end(`${request.method} ${request.url}`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // safe: it listens on TCP
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (url: string, over: object = {}, allowedHosts: string[] = ["127.0.0.1"]) =>
  createFetchSender({ allowedHosts }).send({
    method: "GET",
    url,
    headers: { "x-sent": "1" },
    timeoutMs: 2_000,
    ...over,
  });

describe("the sender over fetch", () => {
  it("brings status, headers and body", async () => {
    const answer = await ask(`${origin}/path`);
    expect(answer).toMatchObject({ kind: "answered", status: 201, body: "GET /path" });
    expect(answer.kind === "answered" && answer.headers.get("x-seen")).toBe("1");
  });

  it("follows no redirect", async () => {
    expect(await ask(`${origin}/redirect`)).toMatchObject({ kind: "answered", status: 302 });
  });

  it("caps the size and the time", async () => {
    expect(await ask(`${origin}/large`, { maxResponseBytes: 1_000 })).toEqual({
      kind: "failed",
      reason: "the answer is larger than 1000 bytes",
    });
    expect(await ask(`${origin}/silent`, { timeoutMs: 50 })).toEqual({
      kind: "failed",
      reason: "no answer within 50 ms",
    });
  });

  it("tells no address when the connection fails", async () => {
    expect(await ask("http://127.0.0.1:1/")).toEqual({ kind: "failed", reason: "the connection failed" });
  });

  it.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest",
    "http://192.168.0.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://db.internal/",
    "http://printer.local/",
    "http://intranet/",
    "ftp://example.com/",
    "https://user:secret@example.com/",
  ])("refuses %s", async (url) => {
    expect(await ask(url, {}, [])).toMatchObject({ kind: "refused" });
  });

  it("reaches a private host that an operator registered or listed", async () => {
    expect(await ask(origin, { isOperatorHost: true }, [])).toMatchObject({ kind: "answered" });
    expect(await ask(origin, {}, [new URL(origin).host])).toMatchObject({ kind: "answered" });
    expect(await ask(origin, {}, ["127.0.0.1:1"])).toMatchObject({ kind: "refused" });
  });
});
