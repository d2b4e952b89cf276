import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { deliverEvents } from "#shared/webhooks/deliver-events.ts";
import { changeEndpoint, deleteEndpoint, rotateEndpointSecret } from "#shared/webhooks/endpoints.ts";
import { fanOut } from "#shared/webhooks/fan-out.ts";
import { replayRange } from "#shared/webhooks/replay-deliveries.ts";
import { answered, type Endpoints, openEndpoints } from "#tests/support/endpoints.ts";

const pathsOf = ({ sent }: Endpoints) => sent.map(({ url }) => new URL(url).pathname).sort();
const idsOf = ({ sent }: Endpoints) => sent.map(({ headers }) => headers["webhook-id"]);
const at = (path: string) => ({ url: `https://receiver.example.com${path}` });

describe("an event", () => {
  it("goes to the endpoints of its tenant whose types and subject it has, once to each", async () => {
    const endpoints = await openEndpoints();
    await endpoints.subscribe(at("/all"));
    await endpoints.subscribe({ ...at("/family"), eventTypes: ["goal.*", "notification.*"] });
    await endpoints.subscribe({ ...at("/name"), eventTypes: ["notification.delivered"] });
    await endpoints.subscribe({ ...at("/subject"), subject: "goals/*" });
    await endpoints.subscribe({ ...at("/wild"), subject: "g*s/1_" });
    await endpoints.subscribe({ ...at("/other-type"), eventTypes: ["goal.*"] });
    await endpoints.subscribe({ ...at("/other-subject"), subject: "goals/2" });
    await endpoints.subscribe({ ...at("/percent"), subject: "goals%" });
    await endpoints.subscribe(at("/other-tenant"), "globex");
    const eventId = await endpoints.tell("goals/1_");
    await fanOut(endpoints.ctx.db, [eventId]);
    await fanOut(endpoints.ctx.db, [eventId]);
    await endpoints.drain();
    expect(pathsOf(endpoints)).toEqual(["/all", "/family", "/name", "/subject", "/wild"]);
  });

  it("is consumed without a trace when its tenant has no endpoint, or none that is not disabled", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe({}, "globex");
    await endpoints.pool.query("update webhook_endpoints set status = 'disabled' where id = $1", [id]);
    await endpoints.tell();
    await endpoints.tell("goals/1", 1, "globex");
    await endpoints.drain();
    const { rows } = await endpoints.pool.query(
      "select (select count(*)::int from outbox) as waiting, (select count(*)::int from endpoint_deliveries) as made",
    );
    expect(rows).toEqual([{ waiting: 0, made: 0 }]);
  });

  it("is not sent to an endpoint that was deleted meanwhile", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    await fanOut(endpoints.ctx.db, [await endpoints.tell()]);
    await deleteEndpoint(endpoints.ctx.db, "acme", id);
    await endpoints.drain();
    expect(endpoints.sent).toEqual([]);
  });

  it("is signed by the old secret as well until its overlap has passed", async () => {
    const endpoints = await openEndpoints();
    const { id, secret } = await endpoints.subscribe();
    const rotated = await rotateEndpointSecret(endpoints.ctx, "acme", id, 3600);
    if (!("secret" in rotated)) throw new Error("not rotated");
    const verify = async (known: string) => {
      endpoints.sent.length = 0;
      await endpoints.tell();
      await endpoints.drain();
      const [sent] = endpoints.sent;
      return new Webhook(known).verify(sent?.body ?? "", sent?.headers ?? {});
    };
    await expect(verify(secret)).resolves.toMatchObject({ subject: "goals/1" });
    await expect(verify(rotated.secret)).resolves.toMatchObject({ subject: "goals/1" });
    const timeOfTest = endpoints.aheadMs;
    await endpoints.pass(3601);
    endpoints.aheadMs = timeOfTest;
    await expect(verify(secret)).rejects.toThrow("No matching signature");
    await expect(verify(rotated.secret)).resolves.toMatchObject({ subject: "goals/1" });
  });
});

describe("an event that can go at once", () => {
  it("is sent before its delivery is written, and not again by a message that comes twice", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    const eventId = await endpoints.tell();
    let writtenBefore: number | undefined;
    endpoints.answer = async () => {
      const { rows } = await endpoints.pool.query("select count(*)::int as count from endpoint_deliveries");
      writtenBefore = rows[0]?.count;
      return answered(204);
    };
    await deliverEvents(endpoints.ctx, [eventId]);
    await deliverEvents(endpoints.ctx, [eventId]);
    expect([writtenBefore, idsOf(endpoints)]).toEqual([0, [eventId]]);
    expect(await endpoints.delivery(id, eventId)).toMatchObject({
      status: "delivered",
      attempts: 1,
      waitSeconds: null,
    });
    const { rows: log } = await endpoints.pool.query("select attempt, outcome, http_status from endpoint_attempts");
    expect(log).toEqual([{ attempt: 1, outcome: "delivered", http_status: 204 }]);
  });

  it("is sent again under its id when what became of it was not recorded", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    const eventId = await endpoints.tell();
    endpoints.answer = async () => {
      await endpoints.pool.query("alter table endpoint_deliveries rename to away");
      return answered(204);
    };
    await expect(deliverEvents(endpoints.ctx, [eventId])).rejects.toThrow("endpoint_deliveries");
    await endpoints.pool.query("alter table away rename to endpoint_deliveries");
    endpoints.answer = () => answered(204);
    await endpoints.drain();
    expect(idsOf(endpoints)).toEqual([eventId, eventId]);
    expect(await endpoints.delivery(id, eventId)).toMatchObject({ status: "delivered", attempts: 1 });
  });

  it("waits in the table for its next try when it fails", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    endpoints.answer = () => answered(500);
    const eventId = await endpoints.tell();
    await endpoints.drain();
    expect(await endpoints.delivery(id, eventId)).toMatchObject({
      status: "queued",
      attempts: 1,
      lastError: "HTTP 500",
    });
    expect((await endpoints.delivery(id, eventId)).waitSeconds).toBeCloseTo(5.5, 0);
  });

  it("goes through the table when there are more than five hundred deliveries", async () => {
    const endpoints = await openEndpoints();
    for (let i = 0; i < 21; i++) await endpoints.subscribe(at(`/${i}`));
    const told: string[] = [];
    for (let i = 0; i < 50; i++) told.push(await endpoints.tell(`goals/${i}`));
    await deliverEvents(endpoints.ctx, told);
    expect(endpoints.sent).toEqual([]);
    await endpoints.drain();
    expect(new Set(endpoints.sent.map(({ url, headers }) => `${url} ${headers["webhook-id"]}`)).size).toBe(1050);
    expect(endpoints.sent).toHaveLength(1050);
  });
});

describe("an endpoint that keeps order", () => {
  it("gets the next version when the one before is done or dead, and other subjects meanwhile", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe({ isOrdered: true });
    const [one, two, three] = [
      await endpoints.tell("goals/1", 1),
      await endpoints.tell("goals/1", 2),
      await endpoints.tell("goals/1", 3),
    ];
    const elsewhere = await endpoints.tell("goals/2", 1);
    endpoints.answer = ({ headers }) => answered(headers["webhook-id"] === one ? 500 : 204);
    await endpoints.drain();
    expect(idsOf(endpoints).sort()).toEqual([one, elsewhere].sort());
    expect(await endpoints.delivery(id, two)).toMatchObject({ status: "queued", attempts: 0, waitSeconds: null });
    endpoints.answer = () => answered(204);
    await endpoints.pass(6);
    await endpoints.drain();
    expect(idsOf(endpoints).slice(2)).toEqual([one, two, three]);
    expect(await endpoints.delivery(id, three)).toMatchObject({ status: "delivered", orderKey: null });
  });

  it("keeps it among events that are replayed", async () => {
    const endpoints = await openEndpoints();
    const told = [];
    for (let version = 1; version <= 5; version++) told.push(await endpoints.tell("goals/1", version));
    await endpoints.drain();
    const { id } = await endpoints.subscribe({ isOrdered: true });
    const range = { since: new Date(Date.now() - 60_000), isUndeliveredOnly: true };
    expect(await replayRange(endpoints.ctx.db, "acme", id, range)).toEqual({ replayed: 5, remaining: 0, next: null });
    await endpoints.drain();
    expect(idsOf(endpoints)).toEqual(told);
  });
});

describe("a paused endpoint", () => {
  it("keeps what comes and what was on its way, and gets it when it goes on", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    await fanOut(endpoints.ctx.db, [await endpoints.tell("goals/1")]);
    await changeEndpoint(endpoints.ctx, "acme", id, { status: "paused" });
    await endpoints.drain();
    await endpoints.tell("goals/2");
    await endpoints.drain();
    expect(endpoints.sent).toEqual([]);
    await changeEndpoint(endpoints.ctx, "acme", id, { status: "active" });
    await endpoints.drain();
    expect(endpoints.sent).toHaveLength(2);
  });
});

describe("a replay of a time", () => {
  it("goes on where the call before ended, a thousand at a time", async () => {
    const endpoints = await openEndpoints();
    const since = new Date(Date.now() - 60_000);
    await endpoints.pool.query(`insert into events (id, tenant_id, name, subject, subject_version, data)
      select uuidv7(), 'acme', 'notification.delivered', 'goals/' || n, n, '{}' from generate_series(1, 1200) as n`);
    const { id } = await endpoints.subscribe();
    const first = await replayRange(endpoints.ctx.db, "acme", id, { since, isUndeliveredOnly: true });
    if (!("next" in first)) throw new Error("refused");
    expect(first).toMatchObject({ replayed: 1000, remaining: 200 });
    const second = await replayRange(endpoints.ctx.db, "acme", id, {
      since,
      isUndeliveredOnly: true,
      ...(first.next === null ? {} : { after: first.next }),
    });
    expect(second).toEqual({ replayed: 200, remaining: 0, next: null });
    await endpoints.drain();
    expect(new Set(idsOf(endpoints)).size).toBe(1200);
    expect(await replayRange(endpoints.ctx.db, "acme", id, { since, isUndeliveredOnly: true })).toMatchObject({
      replayed: 0,
    });
  });
});

describe("an endpoint that hangs", () => {
  it("is waited for by nobody: the rest is recorded, its answers later, and what found no slot follows", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe(at("/hangs"));
    const { id: quick } = await endpoints.subscribe(at("/quick"));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    endpoints.answer = async ({ url }) => {
      if (url.endsWith("/hangs")) await held;
      return answered(204);
    };
    const told: string[] = [];
    for (let i = 0; i < 40; i++) told.push(await endpoints.tell(`goals/${i}`));
    await endpoints.drain();
    for (const eventId of told) expect(await endpoints.delivery(quick, eventId)).toMatchObject({ status: "delivered" });
    expect(pathsOf(endpoints).filter((path) => path === "/hangs")).toHaveLength(16);
    release();
    await endpoints.settled();
    await endpoints.drain();
    for (const eventId of told)
      expect(await endpoints.delivery(id, eventId)).toMatchObject({ status: "delivered", attempts: 1 });
    expect(pathsOf(endpoints).filter((path) => path === "/hangs")).toHaveLength(40);
  });
});
