import { describe, expect, it } from "vitest";
import { sql } from "#shared/database/sql.ts";
import { EVENTS } from "#shared/events/catalog.ts";
import { DISABLED_AFTER_DAYS } from "#shared/webhooks/record-outcomes.ts";
import { sweepEndpoints } from "#shared/webhooks/wake-endpoints.ts";
import { answered, openEndpoints } from "#tests/support/endpoints.ts";

const DAY = 86_400;
const disabledEvents = sql<{ data: unknown; subject: string }>`
  select data, subject from events where name = 'endpoint.disabled' order by id`;

describe("a failed delivery", () => {
  it("is sent again over three days, ten times in all, under one id, then it is dead", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    endpoints.answer = () => answered(500, {}, "down");
    const eventId = await endpoints.tell();
    await endpoints.drain();
    const waits: number[] = [];
    for (;;) {
      const { status, waitSeconds } = await endpoints.delivery(id, eventId);
      if (status !== "queued" || waitSeconds === null) break;
      waits.push(waitSeconds);
      await endpoints.pass(waitSeconds + 61); // the circuit's longest wait as well
      await endpoints.drain();
    }
    const [minute, hour] = [60, 3600];
    const schedule = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    expect(waits).toHaveLength(schedule.length);
    for (const [i, seconds] of schedule.entries()) {
      expect(Math.abs((waits[i] ?? 0) - seconds * 1.1)).toBeLessThan(1); // half of the jitter
    }
    expect(endpoints.sent.map(({ headers }) => headers["webhook-id"])).toEqual(Array(10).fill(eventId));
    expect(await endpoints.delivery(id, eventId)).toMatchObject({
      status: "dead",
      attempts: 10,
      lastError: "HTTP 500",
    });
    const { rows } = await endpoints.pool.query(
      "select attempt, outcome, http_status, answer from endpoint_attempts order by attempt",
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual([...Array(9).fill("retry"), "dead"]);
    expect(rows[0]).toMatchObject({ attempt: 1, http_status: 500, answer: "down" });
  });

  it("waits as long as the receiver asks, a day at most", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    endpoints.answer = () => answered(429, { "retry-after": "3600" });
    const asked = await endpoints.tell();
    await endpoints.drain();
    endpoints.answer = () => answered(503, { "retry-after": "999999" });
    const askedTooMuch = await endpoints.tell("goals/2");
    await endpoints.drain();
    expect((await endpoints.delivery(id, asked)).waitSeconds).toBeCloseTo(3600, -1);
    expect((await endpoints.delivery(id, askedTooMuch)).waitSeconds).toBeCloseTo(DAY, -1);
  });

  it("is not delivered by a redirect, a refusal or silence", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    const results = [
      answered(302),
      answered(404),
      { kind: "refused", reason: "private" },
      { kind: "failed", reason: "ECONNREFUSED" },
    ] as const;
    for (const [i, result] of results.entries()) {
      endpoints.answer = () => result;
      const eventId = await endpoints.tell(`goals/${i}`);
      await endpoints.drain();
      expect(await endpoints.delivery(id, eventId)).toMatchObject({ status: "queued", attempts: 1 });
    }
  });
});

describe("an endpoint that fails", () => {
  it("is tried by one delivery at a time from the fifth failure on, and all go when it answers again", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    endpoints.answer = () => answered(500);
    for (let i = 0; i < 5; i++) await endpoints.tell(`goals/${i}`);
    await endpoints.drain();
    expect(await endpoints.endpoint(id)).toMatchObject({ failures: 5, openings: 1, isBlocked: true });
    const later = [];
    for (let i = 5; i < 25; i++) later.push(await endpoints.tell(`goals/${i}`));
    await endpoints.drain();
    expect(endpoints.sent).toHaveLength(5);
    await endpoints.pass(1.1);
    await endpoints.drain();
    expect(endpoints.sent).toHaveLength(6);
    expect(await endpoints.endpoint(id)).toMatchObject({ failures: 6, openings: 2, isBlocked: true });
    endpoints.answer = () => answered(204);
    await endpoints.pass(2.1);
    await endpoints.drain();
    expect(await endpoints.endpoint(id)).toMatchObject({
      status: "active",
      failures: 0,
      openings: 0,
      isBlocked: false,
    });
    for (const eventId of later.slice(1)) {
      expect(await endpoints.delivery(id, eventId)).toMatchObject({ status: "delivered", attempts: 1 });
    }
  });

  it("is disabled after five days of nothing else, with an event; one success starts the count anew", async () => {
    expect(DISABLED_AFTER_DAYS).toBe(5);
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe({ url: "https://dead.example.com/" });
    endpoints.answer = () => answered(500);
    await endpoints.tell("goals/1");
    await endpoints.drain();
    await endpoints.pass(5 * DAY - 60);
    endpoints.answer = () => answered(204);
    await endpoints.tell("goals/2");
    await endpoints.drain();
    endpoints.answer = () => answered(500);
    await endpoints.tell("goals/3");
    await endpoints.drain();
    await endpoints.pass(5 * DAY - 60);
    await endpoints.tell("goals/4");
    await endpoints.drain();
    expect(await endpoints.endpoint(id)).toMatchObject({ status: "active" });
    expect(await endpoints.ctx.db.query(disabledEvents)).toEqual([]);
    await endpoints.pass(61);
    await endpoints.tell("goals/5");
    await endpoints.drain();
    expect(await endpoints.endpoint(id)).toMatchObject({ status: "disabled", statusReason: "failing" });
    const [told, ...more] = await endpoints.ctx.db.query(disabledEvents);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ subject: `webhook-endpoints/${id}`, data: { endpointId: id, reason: "failing" } });
    expect(EVENTS["endpoint.disabled"].data.safeParse(told?.data).error).toBeUndefined();
  });
});

describe("a crash", () => {
  it("after sending brings the deliveries back with their message, and only those that were not recorded", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    const [done, lost] = [await endpoints.tell("goals/1"), await endpoints.tell("goals/2")];
    const body = {
      isOrdered: false,
      deliveries: [
        [id, done],
        [id, lost],
      ],
    };
    await endpoints.drain();
    await endpoints.pool.query("update endpoint_deliveries set status = 'queued', attempts = 0 where event_id = $1", [
      lost,
    ]);
    await endpoints.pool.query("insert into outbox (queue, body) values ('endpoint-deliveries', $1)", [body]);
    endpoints.sent.length = 0;
    await endpoints.drain({ isRedelivery: true });
    expect(endpoints.sent.map(({ headers }) => headers["webhook-id"])).toEqual([lost]);
  });

  it("while a request was under way is found by the sweep when its lease has run out", async () => {
    const endpoints = await openEndpoints();
    const { id } = await endpoints.subscribe();
    const eventId = await endpoints.tell();
    await endpoints.drain();
    await endpoints.pool.query(
      "update endpoint_deliveries set status = 'queued', attempts = 0, due_at = now() + interval '30 seconds'",
    );
    endpoints.sent.length = 0;
    await sweepEndpoints(endpoints.ctx.db);
    await endpoints.drain();
    expect(endpoints.sent).toHaveLength(0);
    await endpoints.pass(31);
    await endpoints.drain();
    expect(endpoints.sent).toHaveLength(1);
    expect(await endpoints.delivery(id, eventId)).toMatchObject({ status: "delivered" });
  });
});
