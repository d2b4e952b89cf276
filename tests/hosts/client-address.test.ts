import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "#hosts/node/serve-http.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { openTestInstance, type TestInstance } from "#tests/support/api.ts";

let rainwire: TestInstance;
let server: HttpServer;
let behindProxy: HttpServer;
beforeAll(async () => {
  rainwire = await openTestInstance();
  const { config } = rainwire.instance;
  const proxies = { trustedProxies: ["127.0.0.0/8"], forwardedHeader: "x-forwarded-for" } as const;
  server = await serve(rainwire.instance);
  behindProxy = await serve({ ...rainwire.instance, config: { ...config, proxies } });
});
afterAll(async () => {
  await server.close(1_000);
  await behindProxy.close(1_000);
  await rainwire.close();
});

function serve(instance: Instance): Promise<HttpServer> {
  const echo = { fetch: (request: Request) => new Response(`[${request.headers.get(ADDRESS_HEADER)}]`) };
  return serveHttp({
    instance,
    services: new Map([["api", { name: "api", isPublic: true, answerAtOnce: undefined, start: () => echo }]]),
    rootService: "api",
    background: new Set(),
    hostname: "127.0.0.1",
    port: 0,
  });
}

/** Sends a request as it is written here, which `fetch` would not. */
const send = (...lines: string[]): Promise<string> => sendTo(server, ...lines);

async function sendTo({ url }: HttpServer, ...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(url);
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

it.each([
  ["in one line", ["x-forwarded-for: 1.1.1.1, 203.0.113.9"]],
  ["in several", ["x-forwarded-for: 1.1.1.1", "accept: */*", "X-Forwarded-For: 203.0.113.9"]],
  ["beside a claim", ["x-rainwire-address: 1.1.1.1", "X-Forwarded-For: 203.0.113.9", "forwarded: for=1.1.1.1"]],
])("states the address that a trusted proxy added last (%s)", async (_, lines) => {
  const answer = await sendTo(behindProxy, ...lines);
  expect(answer).toContain("[203.0.113.9]");
});
