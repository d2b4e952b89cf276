import { describe, expect, it } from "vitest";
import { sql } from "#shared/database/sql.ts";
import { EVENT_NAMES, EVENTS, isEventName } from "#shared/events/catalog.ts";
import { actingAs } from "#shared/events/cause.ts";
import { type Bridge, CAUSE, openBridge } from "#tests/support/bridge.ts";

interface Change {
  name: string;
  version: number;
  changed: string[] | null;
  data: Record<string, unknown>;
  subject: string;
}

const changes = async ({ pool }: Bridge): Promise<Change[]> =>
  (
    await pool.query(
      "select name, subject_version as version, data->'changed' as changed, data, subject from events order by id",
    )
  ).rows;

describe("a change by plain SQL", () => {
  it("of a goal becomes an event with the fields that changed, the versions one after the other", async () => {
    const bridge = await openBridge();
    const id = await bridge.insertGoal();
    await bridge.pool.query("update user_goals set title = 'B', target_date = '2027-04-18'");
    await bridge.pool.query("update user_goals set title = 'B'");
    await bridge.pool.query("update user_goals set version = 99, updated_at = now() + interval '1 day'");
    await bridge.pool.query("update user_goals set progress_percent = 10");
    await bridge.pool.query("delete from user_goals");
    const all = await changes(bridge);
    expect(all.map(({ name, version, changed }) => [name, version, changed])).toEqual([
      ["goal.created", 1, null],
      ["goal.updated", 2, ["targetDate", "title"]],
      ["goal.updated", 3, ["progressPercent"]],
      ["goal.deleted", 4, null],
    ]);
    expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set([`goals/${id}`]));
    expect(all[1]?.data).toMatchObject({ id, userId: "ada", title: "B", targetDate: "2027-04-18", version: 2 });
    expect(all[1]?.data).not.toHaveProperty("tenantId");
  });

  it("of milestones and interactions too, those that go with their goal included", async () => {
    const bridge = await openBridge();
    const goal = await bridge.insertGoal();
    await bridge.pool.query(
      "insert into milestones (id, tenant_id, goal_id, title, position) values (uuidv7(), 'acme', $1, 'm', 1)",
      [goal],
    );
    await bridge.pool.query("update milestones set status = 'done'");
    await bridge.pool.query(
      `insert into user_interactions (id, tenant_id, user_id, goal_id, kind, author, content)
       values (uuidv7(), 'acme', 'ada', $1, 'chat', 'user', 'hi')`,
      [goal],
    );
    await bridge.pool.query("update user_interactions set rating = 5");
    await bridge.pool.query("delete from user_goals");
    expect((await changes(bridge)).map(({ name, changed }) => [name, changed]).sort()).toEqual([
      ["goal.created", null],
      ["goal.deleted", null],
      ["interaction.created", null],
      ["interaction.deleted", null],
      ["interaction.updated", ["rating"]],
      ["milestone.created", null],
      ["milestone.deleted", null],
      ["milestone.updated", ["status"]],
    ]);
  });

  it("takes its version under the row's lock: thirty at once leave no gap", async () => {
    const bridge = await openBridge();
    await bridge.insertGoal();
    const raise = "update user_goals set progress_percent = progress_percent + 1";
    await Promise.all(Array.from({ length: 30 }, () => bridge.pool.query(raise)));
    const versions = (await changes(bridge)).map(({ version }) => version).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
  });
});

it("carries the cause that its batch states, and another batch on the connection does not inherit it", async () => {
  const bridge = await openBridge();
  const ID = "01900000-0000-7000-8000-0000000000aa";
  await bridge.ctx.db.batch([
    actingAs({ ...CAUSE, executionId: ID, causationId: ID, hop: 3 }),
    sql`insert into user_goals (id, tenant_id, user_id, title) values (uuidv7(), 'acme', 'ada', 'x')`,
  ]);
  await Promise.all(
    Array.from({ length: 10 }, () =>
      bridge.pool.query("update user_goals set progress_percent = progress_percent + 1"),
    ),
  );
  const { rows } = await bridge.pool.query(
    "select distinct name, actor, execution_id, traceparent, causation_id, hop from events order by name",
  );
  expect(rows).toEqual([
    {
      name: "goal.created",
      actor: "user:ada",
      execution_id: ID,
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      causation_id: ID,
      hop: 3,
    },
    { name: "goal.updated", actor: null, execution_id: null, traceparent: null, causation_id: null, hop: 0 },
  ]);
});

describe("the catalogue", () => {
  it.each(EVENT_NAMES)("has a sample of %s that its schema takes", (name) => {
    expect(EVENTS[name].data.safeParse(EVENTS[name].sample).error).toBeUndefined();
    expect(EVENTS[name].about).not.toBe("");
  });

  it("takes the payloads that triggers and settlements really write", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.create");
    await bridge.map("*", { workflowId: "fallback" });
    await bridge.submit("goal.create", { title: "Run", targetDate: "2027-04-18" });
    await bridge.submit("goal.create", { title: "Swim" });
    await bridge.drain();
    const goal = await bridge.insertGoal();
    await bridge.submit("milestone.create", { goalId: goal, title: "m", dueDate: "2027-01-01" });
    await bridge.submit("chat.process", { goalId: goal, message: "hi" });
    await bridge.submit("feedback.analyze", { goalId: goal, content: "good", rating: 5 });
    bridge.answer = () => ({ kind: "failed", reason: "ECONNREFUSED" });
    await bridge.pool.query("update n8n_instances set breaker_failures = 4");
    await bridge.drain();
    bridge.answer = () => ({
      kind: "answered",
      status: 200,
      headers: new Headers(),
      body: '{"rainwire":{"status":"succeeded"}}',
    });
    await bridge.pass(5);
    await bridge.drain();
    await bridge.pool.query(`update user_goals set validation = '{"isValid":true}', phase = 'acting'`);
    await bridge.pool.query("update milestones set status = 'done'");
    await bridge.pool.query("update user_interactions set content = 'x'");
    await bridge.pool.query("delete from user_goals");
    const written = await changes(bridge);
    const problems = written.flatMap(({ name, data }) => {
      if (!isEventName(name)) return [`${name} is not catalogued`];
      const { error } = EVENTS[name].data.safeParse(data);
      return error ? [`${name}: ${error.message}`] : [];
    });
    expect(problems).toEqual([]);
    expect([...new Set(written.map(({ name }) => name))].sort()).toEqual([
      "action.requested",
      "circuit.closed",
      "circuit.opened",
      "execution.succeeded",
      "goal.created",
      "goal.deleted",
      "goal.updated",
      "interaction.created",
      "interaction.deleted",
      "interaction.updated",
      "milestone.created",
      "milestone.deleted",
      "milestone.updated",
    ]);
  });
});
