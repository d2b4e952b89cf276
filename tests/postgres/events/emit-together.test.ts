import { expect, it } from "vitest";
import { emit } from "#shared/events/emit.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { openEndpoints } from "#tests/support/endpoints.ts";

const told = (tenantId: string, subject: string, userId = "ada") => {
  const id = uuidv7();
  const data = { notificationId: id, userId, channels: [] };
  return emit({
    id,
    name: "notification.delivered",
    tenantId,
    subject,
    subjectVersion: 3,
    data,
    cause: { actor: "user:ada", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", hop: 2 },
  });
};

it("gives events that come together a transaction, the history as ever, and the fan-out a row a tenant", async () => {
  const { ctx, pool, subscribe } = await openEndpoints();
  await subscribe();
  await subscribe({ isOrdered: true }, "globex");
  await ctx.db.query(told("acme", "goals/0"));
  await pool.query("truncate events, outbox");
  const statements = [
    ...Array.from({ length: 60 }, (_, i) => told("acme", `goals/${i}`)),
    told("globex", "goals/1"),
    told("globex", "goals/2"),
    told("nobody", "goals/1"),
  ];
  await Promise.all(statements.map((statement) => ctx.db.query(statement)));
  const { rows: history } = await pool.query(
    "select tenant_id, count(*)::int, count(distinct xmin::text)::int as transactions, min(hop) as hop, min(actor) as actor from events group by tenant_id order by 1",
  );
  expect(history).toEqual([
    { tenant_id: "acme", count: 60, transactions: 1, hop: 2, actor: "user:ada" },
    { tenant_id: "globex", count: 2, transactions: 1, hop: 2, actor: "user:ada" },
    { tenant_id: "nobody", count: 1, transactions: 1, hop: 2, actor: "user:ada" },
  ]);
  const { rows: outbox } = await pool.query(
    "select tenant_id, subject, subject_version, event_id is null as is_plain, jsonb_array_length(body->'eventIds') as events from outbox order by 1, 2, 5 desc",
  );
  expect(outbox).toEqual([
    { tenant_id: "acme", subject: null, subject_version: null, is_plain: true, events: 25 },
    { tenant_id: "acme", subject: null, subject_version: null, is_plain: true, events: 25 },
    { tenant_id: "acme", subject: null, subject_version: null, is_plain: true, events: 10 },
    { tenant_id: "globex", subject: "goals/1", subject_version: 3, is_plain: false, events: null },
    { tenant_id: "globex", subject: "goals/2", subject_version: 3, is_plain: false, events: null },
  ]);
});

it("refuses one event for itself alone, and the others of its company are there", async () => {
  const { ctx, pool } = await openEndpoints();
  const statements = ["goals/1", "goals/2", "goals/3"].map((subject) =>
    told("acme", subject, subject === "goals/2" ? "a\u0000da" : "ada"),
  );
  const settled = await Promise.allSettled(statements.map((statement) => ctx.db.query(statement)));
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const { rows } = await pool.query("select subject from events order by subject");
  expect(rows).toEqual([{ subject: "goals/1" }, { subject: "goals/3" }]);
});

it("writes an event in a batch with the batch, in no company", async () => {
  const { ctx, pool } = await openEndpoints();
  await Promise.all(["goals/1", "goals/2"].map((subject) => ctx.db.batch([told("acme", subject)])));
  const { rows } = await pool.query("select count(distinct xmin::text)::int as transactions from events");
  expect(rows).toEqual([{ transactions: 2 }]);
});
