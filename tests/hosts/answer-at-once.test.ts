import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import Api from "#functions/api/index.ts";
import { type HttpServer, serveHttp } from "#hosts/node/serve-http.ts";
import { runningService } from "#hosts/node/services.ts";
import { revokeApiKey } from "#shared/accounts/api-keys.ts";
import type { Batching } from "#shared/batching/batching.ts";
import { createCoalescer } from "#shared/batching/coalescer.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { testTokens } from "#tests/support/accounts.ts";
import { openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

let rainwire: TestInstance;
let acme: TestTenant;
let server: HttpServer;
let path: string;
const records: UsageRecord[] = [];
const coalescer = createCoalescer();
let isOffered = true;
let asked = 0;

beforeAll(async () => {
  rainwire = await openTestInstance();
  acme = await rainwire.tenant();
  const declaration = { kind: "service", name: "api", visibility: "public" } as Parameters<typeof runningService>[0]; // safe: all that is read of it
  const service = runningService(declaration, Api as Parameters<typeof runningService>[1], () => ({})); // safe: a service's class
  const { answerAtOnce } = service;
  server = await serveHttp({
    instance: {
      ...rainwire.instance,
      tokens: testTokens(rainwire.secret, { changesMaxAgeMs: 1_000 }), // a test's own instance asks at each check
      usage: { record: (record) => records.push(record) },
      batching: { coalescer } as Batching, // safe: all that a read asks of it
    },
    services: new Map([
      [
        "api",
        {
          ...service,
          answerAtOnce: (ask, ctx) => {
            const answer = isOffered ? answerAtOnce?.(ask, ctx) : undefined;
            if (answer) asked += 1;
            return answer;
          },
        },
      ],
    ]),
    rootService: "api",
    background: new Set(),
    hostname: "127.0.0.1",
    port: 0,
  });
  const made = await fetch(`${server.url}/v1/goals`, {
    method: "POST",
    headers: { authorization: `Bearer ${acme.key}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "Läufe 5 km 🏃" }),
  });
  path = `/v1/goals/${((await made.json()) as { id: string }).id}`; // safe: the API's answer
  await get();
});
afterAll(async () => {
  await server.close(1_000);
  await rainwire.close();
});

const get = (headers: Record<string, string> = {}, key = acme.key) =>
  fetch(server.url + path, { headers: { authorization: `Bearer ${key}`, ...headers } });

/** Sends a request as it is written here, which `fetch` would not. @returns its status */
async function statusOf(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.end(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`);
  const [first] = (await Promise.race([once(socket, "data"), once(socket, "close")])) as [Buffer | boolean]; // safe: no encoding is set
  socket.destroy();
  return String(first).split(" ")[1] ?? "";
}

/** Asks until it is answered at once: after a pause the list of changed credentials has to be read again. */
async function getAtOnce(headers: Record<string, string> = {}, key = acme.key): Promise<Response> {
  for (let tries = 0; tries < 20; tries++) {
    const before = asked;
    const response = await get(headers, key);
    if (asked > before) return response;
  }
  throw new Error("It is never answered at once.");
}

it("is answered as by the long way: status, body and each header", async () => {
  const told = async (response: Response) => {
    const { date, "x-request-id": id, traceparent, ratelimit, ...rest } = Object.fromEntries(response.headers);
    expect(date && id && traceparent).toBeTruthy();
    expect(ratelimit).toMatch(/^"key";r=\d+;t=\d+$/);
    return { status: response.status, text: await response.text(), rest };
  };
  const ofOneSecond = async () => {
    const quick = await told(await getAtOnce());
    isOffered = false;
    const long = await told(await get().finally(() => (isOffered = true)));
    return quick.rest.age === long.rest.age ? [quick, long] : [];
  };
  await expect.poll(ofOneSecond).toHaveLength(2);
  const [quick, long] = await ofOneSecond();
  expect(quick).toEqual(long);
  expect(quick).toMatchObject({ status: 200, text: expect.stringContaining("Läufe 5 km 🏃") });
});

it("counts against the same limits as the long way", async () => {
  const left = (response: Response) => Number(/r=(\d+)/.exec(response.headers.get("ratelimit") ?? "")?.[1]);
  const leftAfter = async (times: number, ask: () => Promise<Response>) => {
    let last = Number.NaN;
    for (let n = 0; n < times; n++) last = left(await ask());
    return last;
  };
  // Time gives some of them back meanwhile.
  const before = await leftAfter(1, getAtOnce);
  isOffered = false;
  const afterLong = await leftAfter(20, get).finally(() => (isOffered = true));
  expect(before - afterLong).toBeGreaterThan(10);
  expect(before - afterLong).toBeLessThanOrEqual(20);
  const afterAtOnce = await leftAfter(20, getAtOnce);
  expect(afterLong - afterAtOnce).toBeGreaterThan(10);
  expect(afterLong - afterAtOnce).toBeLessThanOrEqual(20);
});

it("leaves a usage record and a log line under the id that the caller is told, in the caller's trace", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const response = await getAtOnce({ traceparent: `00-${trace}-b7ad6b7169203331-01` });
  expect(response.headers.get("traceparent")).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  expect(records.at(-1)).toMatchObject({
    id: response.headers.get("x-request-id"),
    function: "api",
    trigger: "http",
    tenantId: acme.tenantId,
    outcome: "ok",
    logEvents: 1,
  });
  const lines = rainwire.logged.map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ message: "invocation", method: "GET", path, status: 200, trace });
});

it("is one invocation when it goes on the long way", async () => {
  const before = records.length;
  const response = await get({ "if-none-match": '"another"' });
  expect(records.slice(before).map(({ id }) => id)).toEqual([response.headers.get("x-request-id")]);
});

it("leaves to the long way what asks for more, and what is to be refused", async () => {
  const reader = await acme.keyWith("deliveries:read");
  const other = await rainwire.tenant();
  const etag = (await getAtOnce()).headers.get("etag") ?? "";
  const before = asked;
  expect((await get({ "if-none-match": etag })).status).toBe(304);
  expect((await get({ "cache-control": "no-cache" })).headers.get("cache-status")).toMatch(/fwd=request/);
  expect((await get({}, reader)).status).toBe(403);
  expect((await get({}, other.key)).status).toBe(404);
  expect((await get({}, "rw_unknown")).status).toBe(401);
  const authorization = `authorization: Bearer ${acme.key}`;
  expect(await statusOf(`HEAD ${path} HTTP/1.1`, "host: a", authorization)).toBe("200");
  expect(await statusOf(`GET ${path} HTTP/1.1`, "host: a", authorization, authorization)).toBe("401");
  expect(await statusOf(`GET ${path} HTTP/1.1`, "host: a b", authorization)).toBe("400");
  expect(asked).toBe(before);
});

it("ends with the key", async () => {
  const key = await acme.keyWith("goals:read");
  await getAtOnce({}, key);
  const [row] = (await rainwire.pool.query("select id from apikey order by created_at desc limit 1")).rows;
  await revokeApiKey({ auth: rainwire.instance.auth, database: rainwire.database, principal: acme.owner }, row.id);
  await expect.poll(async () => (await get({}, key)).status, { timeout: 3_000 }).toBe(401);
});

it("counts what a read loads as its operation's", async () => {
  coalescer.takeCounts();
  await (await get({ "cache-control": "no-store" })).text();
  expect(coalescer.takeCounts()).toMatchObject([{ kind: "goals", route: "getGoal", loads: 1, statements: 1 }]);
});
