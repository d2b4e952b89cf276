import { afterAll, beforeAll, expect, it } from "vitest";
import { authenticate } from "#shared/accounts/authenticate.ts";
import { createSessionCache } from "#shared/accounts/session-cache.ts";
import { connectRedis, type RedisConnection } from "#shared/adapters/redis/connection.ts";
import { redisCounters } from "#shared/adapters/redis/counters.ts";
import { redisSharedCache } from "#shared/adapters/redis/shared-cache.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { memoryCounters } from "#shared/kernel/counters.ts";
import { openTestAccounts, requestWith, type TestAccounts } from "#tests/support/accounts.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";

const PASSWORD = "correct horse battery";

let redis: TestRedis;
let connections: RedisConnection[];
let [here, there]: TestAccounts[] = [];
beforeAll(async () => {
  redis = await startRedis();
  const connect = () => connectRedis({ url: redis.url, onChange: () => undefined });
  connections = [await connect(), await connect()];
  // Two processes on one database and one Redis.
  const [first, second] = connections.map((connection) => ({
    sessionCache: createSessionCache(redisSharedCache(connection), systemClock),
    counters: redisCounters(connection, memoryCounters(systemClock)),
    signInLimit: { windowSeconds: 60, max: 4 },
    addressHeader: "x-client",
  }));
  here = { ...(await openTestAccounts(first)), sessionCache: first?.sessionCache };
  there = { ...(await openTestAccounts(second, here)), sessionCache: second?.sessionCache };
});
afterAll(async () => {
  for (const connection of connections) await connection.close();
  await there?.close();
  await here?.close();
  await redis.kill();
});

const processes = (): [TestAccounts, TestAccounts] => {
  if (!here || !there) throw new Error("not started");
  return [here, there];
};

let users = 0;
async function signIn(accounts: TestAccounts) {
  const email = `user-${++users}@example.com`;
  const body = { email, password: PASSWORD, name: "Ada" };
  const response = await accounts.send("/sign-up/email", body, { "x-client": `192.0.2.${users}` });
  const { token } = (await response.json()) as { token: string }; // safe: better-auth's answer
  return { email, token, bearer: { authorization: `Bearer ${token}` }, cookie: cookiesOf(response) };
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");

/** Runs the work while no session can be read from the database. */
async function withoutSessionTable<T>({ pool }: TestAccounts, work: () => Promise<T>): Promise<T> {
  await pool.query("alter table session rename to session_away");
  try {
    return await work();
  } finally {
    await pool.query("alter table session_away rename to session");
  }
}

it.each(["bearer token", "cookie"])(
  "needs no session from the database for a %s that any process checked",
  async (kind) => {
    const [a, b] = processes();
    const { bearer, cookie } = await signIn(a);
    const request = () => requestWith(kind === "cookie" ? { cookie } : bearer);
    const checked = await authenticate(a, request());
    expect(checked).toHaveProperty("principal");
    expect(await withoutSessionTable(a, () => authenticate(b, request()))).toEqual(checked);
  },
);

it("ends a session in every process at its sign-out", async () => {
  const [a, b] = processes();
  const { bearer } = await signIn(a);
  expect(await authenticate(b, requestWith(bearer))).toHaveProperty("principal");
  await a.send("/sign-out", {}, bearer);
  expect(await authenticate(b, requestWith(bearer))).toEqual({ failure: "invalid" });
  expect(await authenticate(a, requestWith(bearer))).toEqual({ failure: "invalid" });
});

it("ends all of a user's sessions, also those that Redis had lost sight of", async () => {
  const [a, b] = processes();
  const first = await signIn(a);
  const response = await b.send("/sign-in/email", { email: first.email, password: PASSWORD });
  const { token } = (await response.json()) as { token: string }; // safe: better-auth's answer
  const second = { authorization: `Bearer ${token}` };
  expect(await authenticate(a, requestWith(second))).toHaveProperty("principal");
  await a.send("/revoke-other-sessions", {}, first.bearer);
  expect(await authenticate(a, requestWith(second))).toEqual({ failure: "invalid" });
  expect(await authenticate(b, requestWith(second))).toEqual({ failure: "invalid" });
  expect(await authenticate(b, requestWith(first.bearer))).toHaveProperty("principal");
});

it("shows a change of tenant at once", async () => {
  const [a, b] = processes();
  const { bearer } = await signIn(a);
  const before = await authenticate(b, requestWith(bearer));
  const made = await a.send("/organization/create", { name: "Second", slug: `second-${users}` }, bearer);
  const { id: organizationId } = (await made.json()) as { id: string }; // safe: better-auth's answer
  await a.send("/organization/set-active", { organizationId }, bearer);
  expect(before).not.toMatchObject({ principal: { tenantId: organizationId } });
  expect(await authenticate(b, requestWith(bearer))).toMatchObject({ principal: { tenantId: organizationId } });
});

it("takes a remembered token with another signature to the database, where it fails", async () => {
  const [a] = processes();
  const { cookie } = await signIn(a);
  expect(await authenticate(a, requestWith({ cookie }))).toHaveProperty("principal");
  const forged = cookie.replace(
    /(session_token=[A-Za-z0-9]+\.).*?(;|$)/,
    "$1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D$2",
  );
  expect(forged).not.toBe(cookie);
  expect(await authenticate(a, requestWith({ cookie: forged }))).toEqual({ failure: "invalid" });
});

it("counts sign-in attempts of both processes together", async () => {
  const [a, b] = processes();
  const attempt = async (accounts: TestAccounts) => {
    const body = { email: "nobody@example.com", password: "12345678" };
    return (await accounts.send("/sign-in/email", body, { "x-client": "192.0.2.7" })).status;
  };
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push(await attempt(a), await attempt(b));
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
});

it("goes on when Redis is killed: sessions come from the database, ended ones stay ended", async () => {
  const [a, b] = processes();
  const kept = await signIn(a);
  const ended = await signIn(a);
  for (const { bearer } of [kept, ended])
    expect(await authenticate(b, requestWith(bearer))).toHaveProperty("principal");
  await redis.kill();
  expect(await authenticate(a, requestWith(kept.bearer))).toHaveProperty("principal");
  await a.send("/sign-out", {}, ended.bearer);
  expect(await authenticate(b, requestWith(ended.bearer))).toEqual({ failure: "invalid" });
  expect(await authenticate(b, requestWith((await signIn(b)).bearer))).toHaveProperty("principal");
  await redis.restart();
  await expect
    .poll(
      async () => {
        await authenticate(a, requestWith(kept.bearer));
        return await withoutSessionTable(a, () =>
          authenticate(b, requestWith(kept.bearer)).catch(() => "not remembered"),
        );
      },
      { timeout: 10_000 },
    )
    .toHaveProperty("principal");
});
