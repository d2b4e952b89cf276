import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "#hosts/node/serve-http.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import { openTestInstance, type TestInstance } from "#tests/support/api.ts";

let rainwire: TestInstance;
let server: HttpServer;
beforeAll(async () => {
  rainwire = await openTestInstance();
  const echo = { fetch: (request: Request) => new Response(`[${request.headers.get(ADDRESS_HEADER)}]`) };
  server = await serveHttp({
    instance: rainwire.instance,
    services: new Map([["api", { name: "api", isPublic: true, answerAtOnce: undefined, start: () => echo }]]),
    rootService: "api",
    background: new Set(),
    hostname: "127.0.0.1",
    port: 0,
  });
});
afterAll(async () => {
  await server.close(1_000);
  await rainwire.close();
});

/** Sends a request as it is written here, which `fetch` would not. */
async function send(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(["GET / HTTP/1.1", "Host: rainwire.test", "Connection: close", ...lines, "", ""].join("\r\n"));
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  await once(socket, "close");
  return answer;
}

it.each([
  ["once", ["x-rainwire-address: 203.0.113.9"]],
  ["in capitals", ["X-RAINWIRE-ADDRESS: 203.0.113.9"]],
  ["twice, beside others", ["X-Rainwire-Address: 203.0.113.9", "accept: */*", "x-rainwire-Address: 203.0.113.10"]],
  ["empty", ["x-rainwire-address:"]],
  ["with a space around it", ["x-rainwire-address:   203.0.113.9  "]],
])("states the connection's address, whatever a client claims (%s)", async (_, lines) => {
  const answer = await send(...lines);
  expect(answer).toContain("[127.0.0.1]");
  expect(answer).not.toContain("203.0.113");
});

it("takes no other header for the address", async () => {
  expect(await send("x-forwarded-for: 203.0.113.9", "forwarded: for=203.0.113.9", "x-real-ip: 203.0.113.9")).toContain(
    "[127.0.0.1]",
  );
});
