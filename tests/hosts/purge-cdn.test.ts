import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { makeDataDir } from "#tests/support/host.ts";

const rootDir = resolve(import.meta.dirname, "../..");
const dataDir = makeDataDir();
const told: { method: string | undefined; xkey: string | string[] | undefined; authorization: string | undefined }[] =
  [];
/** How the CDN answers, in turn; then 200. */
const answers: Promise<number>[] = [];

let cdn: Server;
let database: TestDatabase;
let host: Host;

beforeAll(async () => {
  cdn = createServer(async ({ method, headers }, response) => {
    told.push({ method, xkey: headers.xkey, authorization: headers.authorization });
    response.writeHead((await answers.shift()) ?? 200).end();
  });
  cdn.listen(0, "127.0.0.1");
  await once(cdn, "listening");
  const { port } = cdn.address() as AddressInfo; // safe: it listens on a port
  database = await createTestDatabase();
  host = await startHost({
    rootDir,
    dataDir: dataDir.path,
    port: 0,
    processEnv: {
      DATABASE_URL: database.url,
      N8N_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "error",
      CDN_PURGE: "varnish",
      CDN_PURGE_URL: `http://127.0.0.1:${port}`,
      CDN_PURGE_TOKEN: "secret of the CDN",
    },
  });
});
afterAll(async () => {
  await host?.stop();
  cdn?.close();
  await database?.drop();
  dataDir.remove();
});

const send = (method: string, path: string, body: object): Promise<Response> =>
  fetch(`${host.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${host.firstAccount?.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

it("tells the CDN in front of a new signing key, by the tag that the JWKS carry", async () => {
  const jwks = await fetch(`${host.url}/auth/.well-known/jwks.json`); // makes the first key
  expect([jwks.status, jwks.headers.get("surrogate-key")]).toEqual([200, "jwks"]);
  await expect.poll(() => told.map(({ xkey }) => xkey)).toEqual(["jwks"]);
});

it("tells it what changed for everybody, again while it is away, and lets nobody wait for it", async () => {
  told.length = 0;
  const { promise: release, resolve: answer } = Promise.withResolvers<number>();
  answers.push(release);
  const mapping = { workflowId: "mine", instanceId: "main", webhookPath: "webhook/mine", operations: [], priority: 7 };
  const write = (trigger: string) => send("POST", "/v1/workflow-mappings?owner=platform", { ...mapping, trigger });
  expect((await write("goal.update")).status).toBe(201); // while the CDN has not answered
  await expect.poll(() => told).toHaveLength(1);
  answer(503);
  await expect.poll(() => told).toHaveLength(2);
  const expected = { method: "PURGE", xkey: "mappings:- mappings:-:*", authorization: "Bearer secret of the CDN" };
  expect(told).toEqual([expected, expected]);
});

it("tells it of no tenant's rows, and of what an operator names", async () => {
  told.length = 0;
  expect((await send("POST", "/v1/goals", { title: "Run" })).status).toBe(201);
  expect((await send("POST", "/ops/v1/cache/invalidate", { tags: ["openapi"] })).status).toBe(200);
  await expect.poll(() => told.map(({ xkey }) => xkey)).toEqual(["openapi"]);
});
