import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { sql } from "#shared/database/sql.ts";
import { emit } from "#shared/events/emit.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { sweepEndpoints } from "#shared/webhooks/wake-endpoints.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { eventually, openReceiver, type Received } from "./receiver.ts";

/** A real host, a real PostgreSQL and real receivers. */
const scratchDir = mkdtempSync(join(tmpdir(), "rainwire-endpoints-"));
const logged: string[] = [];
let database: TestDatabase;
let host: Host;
let apiKey: string;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  host = await startHost({
    rootDir: resolve(import.meta.dirname, "../../.."),
    dataDir: scratchDir,
    port: 0,
    processEnv: {
      DATABASE_URL: database.url,
      ALLOWED_HOSTS: "127.0.0.1",
      N8N_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "error",
    },
    writeLog: (line) => logged.push(line),
  });
  apiKey = host.firstAccount?.apiKey ?? "";
  const [row] = await host.instance.database.query(sql<{ id: string }>`select id from organization limit 1`);
  tenantId = row?.id ?? "";
});
afterAll(async () => {
  await host?.stop();
  await database?.drop();
  rmSync(scratchDir, { recursive: true, force: true });
});

interface Answered {
  id: string;
  secret: string;
  status: string;
  statusReason: string | null;
  failures: number;
  items: { eventId: string; eventType: string; status: string; attempts: number; lastError: string | null }[];
  replayed: number;
  remaining: number;
  next: string | null;
  isDelivered: boolean;
  httpStatus: number | null;
  answer: string | null;
  eventId: string;
  attemptLog: { attempt: number; outcome: string; httpStatus: number | null; answer: string | null }[];
}

async function api(method: string, path: string, body?: unknown): Promise<Answered> {
  const response = await fetch(`${host.url}/v1/webhook-endpoints${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return (text === "" ? {} : JSON.parse(text)) as Answered; // safe: asserted by use
}

/** An event of a subject of this test's own, so that its endpoints hear of no other's. */
const tell = async (subject: string, version = 1): Promise<string> => {
  const id = uuidv7();
  await host.instance.database.query(
    emit({
      id,
      name: "notification.delivered",
      tenantId,
      subject,
      subjectVersion: version,
      data: { notificationId: uuidv7(), userId: "ada", channels: ["in_app"] },
      cause: { actor: "user:ada", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    }),
  );
  host.instance.signals.publish("outbox");
  return id;
};

async function waiting(queue: string): Promise<number> {
  const [row] = await host.instance.database.query(
    sql<{ count: number }>`select count(*) as count from outbox where queue = ${queue}`,
  );
  return row?.count ?? 0;
}

let subjects = 0;
const newSubject = () => `tests/${++subjects}`;
const idsOf = (received: Received[]) => received.map(({ headers }) => headers["webhook-id"]);
const subscribe = (url: string, subject: string, more: object = {}) => api("POST", "", { url, subject, ...more });

/** What a receiver does, with the library of Standard Webhooks. */
const verifies = (secret: string, { body, headers }: Received): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>); // safe: the three it reads are single
    return true;
  } catch {
    return false;
  }
};

describe("an event", () => {
  it("reaches the endpoints that subscribed to it, signed, as a CloudEvent under its own id", async () => {
    const subject = newSubject();
    const [one, other, deaf] = [await openReceiver(), await openReceiver(), await openReceiver()];
    const { id, secret } = await subscribe(one.url, "tests/*", { eventTypes: ["notification.*"] });
    const second = await subscribe(other.url, subject);
    await subscribe(deaf.url, subject, { eventTypes: ["goal.*"] });
    const eventId = await tell(subject);
    await eventually(() => one.received.length > 0 && other.received.length > 0, "both got it");
    const [received] = one.received;
    if (!received) throw new Error("nothing came");
    expect(verifies(secret, received)).toBe(true);
    expect(verifies(second.secret, received)).toBe(false);
    expect(received.headers).toMatchObject({
      "webhook-id": eventId,
      "content-type": "application/cloudevents+json",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    expect(JSON.parse(received.body)).toMatchObject({
      specversion: "1.0",
      id: eventId,
      source: host.url,
      type: "notification.delivered",
      subject,
      tenantid: tenantId,
      subjectversion: 1,
      data: { userId: "ada" },
    });
    await eventually(async () => (await api("GET", `/${id}/deliveries`)).items[0]?.status === "delivered", "recorded");
    expect(await api("GET", `/${id}/deliveries/${eventId}`)).toMatchObject({
      eventType: "notification.delivered",
      attempts: 1,
      attemptLog: [{ attempt: 1, outcome: "delivered", httpStatus: 204 }],
    });
    expect(deaf.received).toEqual([]);
    await api("DELETE", `/${id}`);
  });

  it("is signed with both secrets while one takes over from the other", async () => {
    const subject = newSubject();
    const receiver = await openReceiver();
    const { id, secret: first } = await subscribe(receiver.url, subject);
    const { secret: second } = await api("POST", `/${id}/rotate-secret`, {});
    await tell(subject, 1);
    await eventually(() => receiver.received.length === 1, "the one during the overlap");
    const { secret: third } = await api("POST", `/${id}/rotate-secret`, { overlapSeconds: 0 });
    await tell(subject, 2);
    await eventually(() => receiver.received.length === 2, "the one after a rotation without overlap");
    const verified = receiver.received.map((each) => [first, second, third].map((secret) => verifies(secret, each)));
    expect(verified).toEqual([
      [true, true, false],
      [false, false, true],
    ]);
  });

  it("comes in the order of its subject where the endpoint asks for it, through failures too", async () => {
    const subjectsOf = [newSubject(), newSubject()];
    const failed = new Set<string>();
    const receiver = await openReceiver(({ headers }) => {
      const id = String(headers["webhook-id"]);
      if (failed.has(id) || failed.size > 2) return 204;
      failed.add(id);
      return { status: 503 };
    });
    const { id } = await subscribe(receiver.url, "tests/*", { isOrdered: true });
    const told: string[][] = [[], []];
    for (let version = 1; version <= 8; version++) {
      for (const [i, subject] of subjectsOf.entries()) told[i]?.push(await tell(subject, version));
    }
    const retryAtOnce = async () => {
      await host.instance.database.batch([
        sql`update webhook_endpoints set blocked_until = null, wake_at = null where id = ${id}`,
        sql`update endpoint_deliveries set due_at = now()
          where endpoint_id = ${id} and due_at between now() and now() + interval '10 seconds'`,
      ]);
      await sweepEndpoints(host.instance.database);
      host.instance.signals.publish("outbox");
    };
    await eventually(async () => {
      await retryAtOnce();
      return receiver.received.length >= 19;
    }, "all sixteen and the three that failed");
    for (const ids of told) {
      const seen = idsOf(receiver.received).filter((each) => ids.includes(String(each)));
      expect([...new Set(seen)]).toEqual(ids);
      const settledOnce = seen.filter((each, i) => seen[i + 1] !== each);
      expect(settledOnce).toEqual(ids); // a version that failed is sent again before the next one
    }
    await api("DELETE", `/${id}`);
  });
});

describe("a dead endpoint", () => {
  it("holds up no other, and gets one request at a time once it is known", async () => {
    const subject = newSubject();
    const hanging = await openReceiver(() => new Promise(() => undefined));
    const healthy = await openReceiver();
    for (let i = 0; i < 3; i++) await subscribe(hanging.url, subject);
    await subscribe(healthy.url, subject);
    const sentAtMs = new Map<string, number>();
    for (let version = 1; version <= 100; version++) sentAtMs.set(await tell(subject, version), performance.now());
    await eventually(() => healthy.received.length === 100, "all hundred");
    const latenciesMs = healthy.received.map(
      ({ headers, atMs }) => atMs - (sentAtMs.get(String(headers["webhook-id"])) ?? 0),
    );
    expect(Math.max(...latenciesMs)).toBeLessThan(1_000);
    expect(hanging.received.length).toBeLessThanOrEqual(3 * 16);
  });

  it("that answers 410 is disabled at once, and its tenant's others hear of it", async () => {
    const subject = newSubject();
    const gone = await openReceiver(() => 410);
    const watcher = await openReceiver();
    const watching = await api("POST", "", { url: watcher.url, eventTypes: ["endpoint.*"] });
    const { id } = await subscribe(gone.url, subject);
    await tell(subject, 1);
    await eventually(() => watcher.received.length === 1, "endpoint.disabled");
    expect(JSON.parse(watcher.received[0]?.body ?? "")).toMatchObject({
      type: "endpoint.disabled",
      subject: `webhook-endpoints/${id}`,
      data: { endpointId: id, url: gone.url, reason: "gone", failures: 1 },
    });
    expect(await api("GET", `/${id}`)).toMatchObject({ status: "disabled", statusReason: "gone" });
    await tell(subject, 2);
    await tell(subject, 3);
    expect((await api("GET", `/${id}/deliveries`)).items).toMatchObject([{ status: "dead", lastError: "HTTP 410" }]);
    expect(gone.received).toHaveLength(1);
    await api("DELETE", `/${watching.id}`);
  });
});

describe("a tenant", () => {
  it("pauses an endpoint, and what came meanwhile is sent when it goes on", async () => {
    const subject = newSubject();
    const receiver = await openReceiver();
    const { id } = await subscribe(receiver.url, subject);
    await api("PATCH", `/${id}`, { status: "paused" });
    const told = [await tell(subject, 1), await tell(subject, 2)];
    await eventually(async () => (await api("GET", `/${id}/deliveries`)).items.length === 2, "both are kept");
    expect(receiver.received).toEqual([]);
    await api("PATCH", `/${id}`, { status: "active" });
    await eventually(() => receiver.received.length === 2, "both are sent");
    expect(idsOf(receiver.received).sort()).toEqual(told.sort());
  });

  it("tries an endpoint and reads at once how it went", async () => {
    const receiver = await openReceiver(() => ({ status: 500, body: "no database" }));
    const { id, secret } = await subscribe(receiver.url, newSubject());
    const failed = await api("POST", `/${id}/test`);
    expect(failed).toMatchObject({ isDelivered: false, httpStatus: 500, answer: "no database" });
    receiver.answer = () => 200;
    expect(await api("POST", `/${id}/test`)).toMatchObject({ isDelivered: true, httpStatus: 200 });
    expect(receiver.received.map((each) => verifies(secret, each))).toEqual([true, true]);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "webhook.test",
      data: { endpointId: id },
    });
    const { items } = await api("GET", `/${id}/deliveries`);
    expect(items.map(({ eventType, status }) => [eventType, status])).toEqual([
      ["webhook.test", "delivered"],
      ["webhook.test", "dead"],
    ]);
    expect((await api("GET", `/${id}`)).failures).toBe(0);
  });

  it("has one event sent again, and those from a time on", async () => {
    const subject = newSubject();
    const before = new Date();
    const early = [await tell(subject, 1), await tell(subject, 2), await tell(subject, 3)];
    await eventually(async () => (await waiting("webhook-fan-out")) === 0, "they have passed");
    const receiver = await openReceiver();
    const { id } = await subscribe(receiver.url, subject);
    expect(await api("POST", `/${id}/replay`, { since: before.toISOString() })).toEqual({
      replayed: 3,
      remaining: 0,
      next: null,
    });
    await eventually(() => receiver.received.length === 3, "those from before it subscribed");
    expect(idsOf(receiver.received).sort()).toEqual(early.sort());
    await eventually(
      async () => (await api("GET", `/${id}/deliveries?status=delivered`)).items.length === 3,
      "they are recorded",
    );
    expect(await api("POST", `/${id}/replay`, { since: before.toISOString() })).toMatchObject({ replayed: 0 });
    expect(await api("POST", `/${id}/replay`, { eventId: early[1] })).toMatchObject({ replayed: 1 });
    await eventually(() => receiver.received.length === 4, "the one again");
    expect(idsOf(receiver.received).at(-1)).toBe(early[1]);
    await eventually(
      async () => (await api("GET", `/${id}/deliveries?status=delivered`)).items.length === 3,
      "it is recorded",
    );
    const all = { since: before.toISOString(), which: "all" };
    expect(await api("POST", `/${id}/replay`, all)).toMatchObject({ replayed: 3 });
    await eventually(() => receiver.received.length === 7, "all again");
  });
});

it("logs no error on the way", () => {
  expect(logged).toEqual([]);
});
