import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";
import { startRedis, type TestRedis } from "#tests/support/redis-server.ts";

const PUBLIC_URL = "http://rainwire.test";
const PATIENCE = { timeout: 60_000, interval: 50 };

let database: TestDatabase;
let redis: TestRedis;
let receiver: Server;
let dirs: string[] = [];
let hosts: HostProcess[] = [];
/** The stable ids of the webhooks that came, with how often each came. */
const received = new Map<string, number>();

beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
  receiver = createServer((request, response) => {
    const id = request.headers["webhook-id"];
    // The platform drives workflows of its own beside it, such as the rotation of its signing keys.
    if (typeof id === "string" && request.url === "/webhook/planning-agent")
      received.set(id, (received.get(id) ?? 0) + 1);
    request.resume().on("end", () => response.writeHead(request.method === "POST" ? 202 : 200).end());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => receiver.once("listening", resolve));
  const { port } = receiver.address() as AddressInfo; // safe: listening on TCP
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    PUBLIC_URL,
    RAINWIRE_SECRET: "a secret of the tests, long enough to sign with",
    N8N_URL: `http://127.0.0.1:${port}`,
    N8N_WEBHOOK_KEY: "a webhook key of the tests",
    N8N_SIGNING_SECRET: `whsec_${btoa("an ascii signing secret of tests")}`,
    N8N_ERROR_KEY: "rwe_an-error-key-of-the-tests",
  };
  dirs = await Promise.all(["a", "b"].map((name) => mkdtemp(join(tmpdir(), `rainwire-host-${name}-`))));
  hosts = await Promise.all(dirs.map((dir) => createHostProcess(dir, env)));
  for (const host of hosts) {
    host.start();
    await host.ready();
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.kill()));
  await redis?.kill();
  receiver?.close();
  receiver?.closeAllConnections();
  await database?.drop();
  await Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true })));
}, 60_000);

const hostOf = (i: number): HostProcess => {
  const host = hosts[i];
  if (!host) throw new Error("not started");
  return host;
};

const delivered = ({ logPath }: HostProcess): number =>
  readFileSync(logPath, "utf8")
    .split("\n")
    .filter((line) => line.includes('"function":"deliver-webhook"')).length;

it("share the work of one database and one Redis, and either may be killed", async () => {
  const [a, b] = [hostOf(0), hostOf(1)];
  const signedUp = await fetch(`${a.url}/auth/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: PUBLIC_URL },
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery", name: "Ada" }),
  });
  const { token } = (await signedUp.json()) as { token: string }; // safe: better-auth's answer
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  const accepted = new Set<string>();
  const submit = async (host: HostProcess, key: string): Promise<boolean> => {
    const body = JSON.stringify({ action: "goal.create", data: { title: key } });
    const request = { method: "POST", headers: { ...headers, "idempotency-key": key }, body };
    const answer = await fetch(`${host.url}/v2/unified`, request).catch(() => undefined);
    if (answer?.status !== 202) return false;
    accepted.add(((await answer.json()) as { executionId: string }).executionId); // safe: the API's answer
    return true;
  };
  const submitMany = async (count: number, first: HostProcess, second: HostProcess) => {
    for (let i = 0; i < count; i++) {
      const key = randomUUID();
      const [one, other] = i % 2 === 0 ? [first, second] : [second, first];
      if (!(await submit(one, key))) expect(await submit(other, key)).toBe(true);
    }
  };
  const allDelivered = () => expect.poll(() => [...accepted].filter((id) => !received.has(id)), PATIENCE).toEqual([]);

  await submitMany(30, a, b);
  await allDelivered();
  expect(delivered(a)).toBeGreaterThan(0);
  expect(delivered(b)).toBeGreaterThan(0);

  const underWay = submitMany(30, b, a);
  await expect.poll(() => accepted.size, PATIENCE).toBeGreaterThan(40);
  await a.kill();
  await underWay;
  await allDelivered();

  await redis.kill();
  await submitMany(10, b, b);
  await allDelivered();
  await redis.restart();

  a.start();
  await a.ready();
  const lost = submitMany(30, a, b);
  await expect.poll(() => accepted.size, PATIENCE).toBeGreaterThan(80);
  await b.kill();
  await lost;
  await allDelivered();

  expect(accepted.size).toBe(100);
  expect([...received.keys()].filter((id) => !accepted.has(id))).toEqual([]);
}, 240_000);
