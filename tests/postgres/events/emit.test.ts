import pg from "pg";
import { expect, it } from "vitest";
import { beginInvocation } from "#shared/costs/invocation.ts";
import { isGuard } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { emit } from "#shared/events/emit.ts";
import { consume } from "#shared/events/enqueue.ts";
import { observe, PermanentError } from "#shared/events/observe.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { meteredDatabase, OUTBOX_TOPIC } from "#shared/runtime/metered.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";
import { CAUSE, messageOf, openBridge } from "#tests/support/bridge.ts";

const ID = "01900000-0000-7000-8000-0000000000aa";

const delivered = () =>
  emit({
    id: ID,
    name: "notification.delivered",
    tenantId: "acme",
    subject: "notifications/1",
    subjectVersion: 4,
    data: { notificationId: "01900000-0000-7000-8000-000000000005", userId: "ada", channels: ["in_app"] },
    cause: { ...CAUSE, executionId: ID, causationId: ID, hop: 2 },
  });

async function openSubscribed() {
  const bridge = await openBridge();
  const base = { batchSize: 1, maxWaitMs: 0, attempts: 3, concurrency: 1, events: ["notification.delivered"] as const };
  await registerSubscriptions(bridge.ctx.db, [
    { queue: "ordered", subscription: { ...base, isOrdered: true } },
    { queue: "loose", subscription: { ...base, isOrdered: false } },
    { queue: "deaf", subscription: { ...base, events: ["goal.created"], isOrdered: false } },
  ]);
  return bridge;
}

it("writes the history and one outbox row per subscribed queue", async () => {
  const { ctx, pool } = await openSubscribed();
  await ctx.db.batch([delivered()]);
  const { rows: history } = await pool.query(
    "select id, tenant_id, name, subject, subject_version, actor, execution_id, traceparent, causation_id, hop from events",
  );
  expect(history).toEqual([
    {
      id: ID,
      tenant_id: "acme",
      name: "notification.delivered",
      subject: "notifications/1",
      subject_version: 4,
      actor: "user:ada",
      execution_id: ID,
      traceparent: CAUSE.traceparent,
      causation_id: ID,
      hop: 2,
    },
  ]);
  const { rows: outbox } = await pool.query(
    "select queue, event_id, tenant_id, subject, subject_version, attempts from outbox order by queue",
  );
  const common = { event_id: ID, tenant_id: "acme", attempts: 0 };
  expect(outbox).toEqual([
    { queue: "loose", ...common, subject: null, subject_version: null },
    { queue: "ordered", ...common, subject: "notifications/1", subject_version: 4 },
  ]);
});

it("leaves nothing behind when the batch does not hold", async () => {
  const { ctx, pool } = await openSubscribed();
  const batch = ctx.db.batch([delivered(), ensure("too_late", sql`1 = 2`)]);
  await expect(batch).rejects.toSatisfy((error) => isGuard(error, "too_late"));
  const { rows } = await pool.query(
    "select (select count(*) from events) as events, (select count(*) from outbox) as outbox",
  );
  expect(rows).toEqual([{ events: 0, outbox: 0 }]);
});

it("forgets the subscriptions that no observer exports any more", async () => {
  const { ctx, pool } = await openSubscribed();
  await registerSubscriptions(ctx.db, []);
  await ctx.db.batch([delivered()]);
  expect((await pool.query("select from outbox")).rowCount).toBe(0);
});

it("wakes the relay once the batch is committed, and not when it fails", async () => {
  const { ctx } = await openSubscribed();
  let woken = 0;
  ctx.signals.subscribe(OUTBOX_TOPIC, () => {
    woken += 1;
  });
  const invocation = beginInvocation("api", "http", childTrace(undefined), 0);
  const db = meteredDatabase(ctx.db, ctx.signals, { touched: () => undefined }, invocation);
  await db.batch([sql`select 1`]);
  await db.batch([delivered(), ensure("no", sql`false`)]).catch(() => undefined);
  expect(woken).toBe(0);
  await db.batch([delivered()]);
  expect(woken).toBe(1);
  expect(invocation.counts.sqlStatements).toBe(4);
});

it("notifies when plain SQL writes, since nobody else wakes the relay then", async () => {
  const { ctx, pool } = await openSubscribed();
  const url = pool.options.connectionString;
  const [listener, writer] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  const heard: (string | undefined)[] = [];
  listener.on("notification", ({ payload }) => heard.push(payload));
  await Promise.all([listener.connect(), writer.connect()]);
  await listener.query("listen rainwire_signals");
  await ctx.db.batch([delivered()]);
  await writer.query("insert into user_goals (id, tenant_id, user_id, title) values (uuidv7(), 'acme', 'ada', 'x')");
  await expect.poll(() => heard).toEqual(["outbox"]);
  await Promise.all([listener.end(), writer.end()]);
});

it("is handled once: a second delivery finds the event consumed, even at the same time", async () => {
  const { ctx, pool } = await openSubscribed();
  await pool.query("create table effects (id uuid)");
  await ctx.db.batch([delivered()]);
  const handle = () =>
    observe(ctx.db, messageOf({ eventId: ID }), async (event) => {
      await ctx.db.batch([sql`insert into effects values (${event.id})`, consume("loose", event.id)]);
    });
  expect((await Promise.all([handle(), handle()])).sort()).toEqual(["already_handled", "handled"]);
  expect(await handle()).toBe("already_handled");
  expect((await pool.query("select from effects")).rowCount).toBe(1);
});

it.each([
  [{}, "malformed_message"],
  ["x", "malformed_message"],
  [{ eventId: "01900000-0000-7000-8000-0000000000bb" }, "event_missing"],
])("gives up the message %j as %s", async (body, reason) => {
  const { ctx } = await openSubscribed();
  const handled = observe(ctx.db, messageOf(body), async () => undefined);
  await expect(handled).rejects.toSatisfy((error) => error instanceof PermanentError && error.reason === reason);
});
