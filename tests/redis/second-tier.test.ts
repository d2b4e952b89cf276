import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { postgresBroadcast } from "#shared/adapters/postgres/broadcast.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { redisCacheStore } from "#shared/adapters/redis/cache-store.ts";
import { connectRedis } from "#shared/adapters/redis/connection.ts";
import { createPeers } from "#shared/caching/broadcast-peers.ts";
import { cached } from "#shared/caching/cached.ts";
import { createCaches } from "#shared/caching/caches.ts";
import type { Peers } from "#shared/caching/peers.ts";
import { readGoal } from "#shared/goals/read-goal.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "#tests/support/tcp-proxy.ts";

/** Two processes on one PostgreSQL and one Redis, each with its own connections. */

const [api, ops] = [createApi(), createOps()];
let redis: TestRedis;
let first: TestInstance;
let a: Process;
let b: Process;
let acme: TestTenant;
let id: string;

interface Process {
  readonly rainwire: TestInstance;
  readonly peers: Peers;
  readonly proxy: TcpProxy;
  close(): Promise<void>;
}

async function startProcess(): Promise<Process> {
  const proxy = await startTcpProxy(Number(new URL(redis.url).port));
  const connectionString = first.databaseUrl;
  const pool = createPool({ connectionString, applicationName: "caches-test", max: 2 });
  const broadcast = await postgresBroadcast({ connectionString, pool, onError: () => undefined });
  const connection = await connectRedis({ url: `redis://127.0.0.1:${proxy.port}`, onChange: () => undefined });
  const store = redisCacheStore(connection);
  const peers = createPeers({ broadcast, id: crypto.randomUUID(), store });
  const caches = createCaches({ clock: systemClock, peers, store });
  const rainwire = await openTestInstance({ beside: first, caches });
  return {
    rainwire,
    peers,
    proxy,
    async close() {
      await rainwire.close();
      caches.close();
      await peers.close();
      await broadcast.close();
      await connection.close();
      await proxy.close();
      await pool.end();
    },
  };
}

const areReady = () =>
  expect
    .poll(() => a.peers.readable() !== undefined && a.peers.readable() === b.peers.readable(), { timeout: 20_000 })
    .toBe(true);

beforeAll(async () => {
  redis = await startRedis();
  first = await openTestInstance();
  a = await startProcess();
  b = await startProcess();
  acme = await first.tenant();
});
beforeEach(async () => {
  await areReady();
  id = await makeGoal();
});
afterAll(async () => {
  await a?.close();
  await b?.close();
  await first?.close();
  await redis?.kill();
});

const get = (process: Process, path: string, headers = {}) =>
  process.rainwire.fetch(api, path, asking(acme.key, "GET", undefined, headers));
const statusOf = async (process: Process, path: string) => (await get(process, path)).headers.get("cache-status");
const send = (process: Process, method: string, path: string, body?: unknown) =>
  process.rainwire.fetch(api, path, asking(acme.key, method, body));
const titleOf = async (process: Process) =>
  ((await (await get(process, `/v1/goals/${id}`)).json()) as { title: string }).title; // safe: the API's answer

async function makeGoal(title = "Run"): Promise<string> {
  return ((await (await send(a, "POST", "/v1/goals", { title })).json()) as { id: string }).id; // safe: the API's answer
}

async function bySql(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: first.databaseUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

/** Asks, and waits until what came of it is in the store. */
async function ask(process: Process, path: string): Promise<string | null> {
  const status = await statusOf(process, path);
  await process.rainwire.settled();
  return status;
}

const MISS = "rainwire; fwd=uri-miss; stored";
const STALE = "rainwire; fwd=stale; stored";
const IN_STORE = /^rainwire; hit; ttl=(59|60); detail=store$/;
const IN_PROCESS = /^rainwire; hit; ttl=(59|60)$/;

describe("two processes and a store", () => {
  it("what one has read the other takes from the store, byte for byte, and then has itself", async () => {
    const path = `/v1/goals/${id}`;
    const made = await get(a, path);
    await a.rainwire.settled();
    const taken = await get(b, path);
    const kept = await get(b, path);
    expect(made.headers.get("cache-status")).toBe(MISS);
    expect(taken.headers.get("cache-status")).toMatch(IN_STORE);
    expect(kept.headers.get("cache-status")).toMatch(IN_PROCESS);
    const body = await made.text();
    for (const answer of [taken, kept]) {
      expect(await answer.text()).toBe(body);
      for (const name of ["etag", "cache-control", "vary", "cache-tag", "surrogate-key", "content-type"]) {
        expect(answer.headers.get(name)).toBe(made.headers.get(name));
      }
    }
  });

  it("a client that has it is answered 304 from the store, too, and only-if-cached finds it", async () => {
    const path = `/v1/goals/${id}`;
    expect((await get(b, path, { "cache-control": "only-if-cached" })).status).toBe(504);
    const etag = (await get(a, path)).headers.get("etag") ?? "";
    await a.rainwire.settled();
    const answer = await get(b, path, { "if-none-match": etag, "cache-control": "only-if-cached" });
    expect(answer.status).toBe(304);
    expect(answer.headers.get("cache-status")).toMatch(IN_STORE);
  });

  it("a 404 is kept there until the thing is there", async () => {
    const path = "/v1/goals/019a0000-0000-7000-8000-000000000001";
    expect((await get(a, path)).status).toBe(404);
    await a.rainwire.settled();
    const answer = await get(b, path);
    expect([answer.status, answer.headers.get("cache-status")]).toEqual([404, expect.stringMatching(IN_STORE)]);
    expect(await answer.json()).toMatchObject({ code: "not_found" });
    await bySql("insert into user_goals (id, tenant_id, user_id, title) values ($1, $2, 'x', 'Now')", [
      path.slice(-36),
      acme.tenantId,
    ]);
    for (const process of [a, b]) await expect.poll(async () => (await get(process, path)).status).toBe(200);
  });

  it("a write through one is seen through the other at once, from the database and then from the store", async () => {
    const path = `/v1/goals/${id}`;
    for (const process of [a, b]) await ask(process, path);
    for (let i = 0; i < 20; i++) {
      const [writer, reader] = i % 2 === 0 ? [a, b] : [b, a];
      await send(writer, "PATCH", path, { title: `Title ${i}` });
      expect(await ask(reader, path)).toBe(STALE);
      expect(await titleOf(reader)).toBe(`Title ${i}`);
      expect(await ask(writer, path)).toMatch(IN_STORE);
      expect(await titleOf(writer)).toBe(`Title ${i}`);
    }
  });

  it.each([
    ["tag", () => ({ tags: [`goals:${acme.tenantId}:${id}`] }), [STALE, IN_STORE]],
    ["wide tag", () => ({ tags: [`goals:${acme.tenantId}:*`] }), [STALE, IN_STORE]],
    ["key", () => ({ keys: [`/v1/goals/${id}`] }), [MISS, IN_STORE]],
    ["prefix", () => ({ prefix: "/v1/goals/" }), [MISS, IN_STORE]],
  ])("forgets by %s in both and in the store", async (_, body, expected) => {
    const path = `/v1/goals/${id}`;
    for (const process of [a, b]) await ask(process, path);
    const answer = await a.rainwire.fetch(ops, "/v1/cache/invalidate", asking(acme.key, "POST", body()));
    expect(await answer.json()).toEqual({ refused: [] });
    const seen = [await ask(b, path), await ask(a, path)];
    expect(seen).toEqual(expected.map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)));
  });

  it("keeps tenants apart", async () => {
    const other = await first.tenant();
    await ask(a, `/v1/goals/${id}`);
    const answer = await b.rainwire.fetch(api, `/v1/goals/${id}`, asking(other.key, "GET"));
    expect(answer.status).toBe(404);
  });

  it("does not keep what no-store asked for, nor ask the store for who wants it read", async () => {
    const path = `/v1/goals/${id}`;
    await get(a, path, { "cache-control": "no-store" });
    await a.rainwire.settled();
    expect(await ask(b, path)).toBe(MISS);
    expect((await get(a, path, { "cache-control": "no-cache" })).headers.get("cache-status")).toBe(
      "rainwire; fwd=request; stored",
    );
  });

  it("what verbs have read is taken from the store with its dates, and ends with what it rests on", async () => {
    const read = async (process: Process) => {
      const ctx = openContext(process.rainwire.context());
      const spec = { key: `test:${id}`, ttlMs: 60_000 };
      const goal = await cached(ctx, spec, (kept) => readGoal(kept, acme.tenantId, id));
      await process.rainwire.settled();
      return { goal, statements: ctx.invocation.counts.sqlStatements };
    };
    const [made, taken] = [await read(a), await read(b)];
    expect([made.statements > 0, taken.statements]).toEqual([true, 0]);
    expect(taken.goal).toEqual(made.goal);
    await send(a, "PATCH", `/v1/goals/${id}`, { title: "Changed" });
    expect((await read(b)).goal).toMatchObject({ title: "Changed" });
  });

  it("plain SQL ends it in the store", async () => {
    const path = `/v1/goals/${id}`;
    await ask(a, path);
    const generation = a.peers.readable();
    await bySql("update user_goals set title = 'By hand' where id = $1", [id]);
    for (const process of [a, b]) await expect.poll(() => titleOf(process)).toBe("By hand");
    expect(a.peers.readable()).toBe(generation);
  });
});

describe("a store that goes", () => {
  const write = async (process: Process, title: string) => {
    const answer = await send(process, "PATCH", `/v1/goals/${id}`, { title });
    expect(answer.status).toBe(200);
    for (const reader of [a, b]) expect(await titleOf(reader)).toBe(title);
  };

  it("for one process: its writes leave what the other would find there", async () => {
    await ask(b, `/v1/goals/${id}`);
    a.proxy.cut(true);
    try {
      for (let i = 0; i < 5; i++) await write(a, `Cut ${i}`);
      await write(b, "Through the other");
    } finally {
      a.proxy.cut(false);
    }
    await areReady();
    await write(a, "Mended");
  });

  it("altogether: processes go on without it, and believe nothing that it held before", async () => {
    const path = `/v1/goals/${id}`;
    for (const process of [a, b]) await ask(process, path);
    const before = a.peers.readable();
    await redis.kill();
    await write(a, "Away");
    expect(await ask(b, path)).toMatch(IN_PROCESS);
    await redis.restart();
    await areReady();
    expect(a.peers.readable()).not.toBe(before);
    await write(b, "Back");
    await send(a, "PATCH", path, { title: "Once more" });
    expect(await ask(a, path)).toBe(STALE);
    expect(await ask(b, path)).toMatch(IN_STORE);
  });

  it("hanging: a write waits for it a moment, and tells the others without it", async () => {
    const path = `/v1/goals/${id}`;
    for (const process of [a, b]) await ask(process, path);
    redis.hang(true);
    try {
      const startedMs = performance.now();
      for (let i = 0; i < 5; i++) await write(a, `Hanging ${i}`);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    } finally {
      redis.hang(false);
    }
    await areReady();
    await write(b, "Going on");
  });
});
