import { describe, expect, it } from "vitest";
import { ACTION_NAMES, type ActionName } from "#shared/actions/catalog.ts";
import { submitAction } from "#shared/actions/submit-action.ts";
import { type Bridge, CAUSE, openBridge } from "#tests/support/bridge.ts";

const GOAL = "01900000-0000-7000-8000-000000000001";
const MILESTONE = "01900000-0000-7000-8000-000000000002";
const CALLER = { tenantId: "acme", userId: "ada", cause: CAUSE };
const TABLES = ["user_goals", "milestones", "user_interactions", "notifications", "workflow_executions", "events"];

async function openWithGoal(): Promise<Bridge> {
  const bridge = await openBridge();
  await bridge.insertGoal("acme", GOAL);
  await bridge.pool.query(
    "insert into milestones (id, tenant_id, goal_id, title, position) values ($1, 'acme', $2, 'First', 1)",
    [MILESTONE, GOAL],
  );
  await bridge.pool.query("truncate events, outbox");
  return bridge;
}

async function rowCounts({ pool }: Bridge): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of [...TABLES, "outbox", "idempotency_keys"]) {
    counts[table] = (await pool.query(`select count(*) as n from ${table}`)).rows[0].n;
  }
  return counts;
}

interface Case {
  action: ActionName;
  data: object;
  /** What stands in the tables after it. */
  sql: string;
  row: object;
  changeEvents: string[];
}

const goalRow = "select title, description, target_date, status, user_id, tenant_id from user_goals where id ";
const CASES: Case[] = [
  {
    action: "goal.create",
    data: { title: "Run", description: "Far", targetDate: "2027-04-18" },
    sql: `${goalRow} <> '${GOAL}'`,
    row: {
      title: "Run",
      description: "Far",
      target_date: "2027-04-18",
      status: "draft",
      user_id: "ada",
      tenant_id: "acme",
    },
    changeEvents: ["goal.created"],
  },
  {
    action: "goal.update",
    data: { goalId: GOAL, title: "Swim", status: "active" },
    sql: `${goalRow} = '${GOAL}'`,
    row: { title: "Swim", description: "", target_date: null, status: "active", user_id: "ada", tenant_id: "acme" },
    changeEvents: ["goal.updated"],
  },
  {
    action: "milestone.create",
    data: { goalId: GOAL, title: "Second", dueDate: "2027-01-15" },
    sql: `select title, position, status, due_date, goal_id from milestones where id <> '${MILESTONE}'`,
    row: { title: "Second", position: 2, status: "pending", due_date: "2027-01-15", goal_id: GOAL },
    changeEvents: ["milestone.created"],
  },
  {
    action: "task.execute",
    data: { goalId: GOAL, milestoneId: MILESTONE, note: "go" },
    sql: "select status from milestones",
    row: { status: "in_progress" },
    changeEvents: ["milestone.updated"],
  },
  {
    action: "service.activate",
    data: { service: "mail", settings: { from: "a@b.c" } },
    sql: "select payload->'settings' as settings, subject from workflow_executions",
    row: { settings: { from: "a@b.c" }, subject: null },
    changeEvents: [],
  },
  {
    action: "progress.review",
    data: { goalId: GOAL },
    sql: "select subject from workflow_executions",
    row: { subject: `goals/${GOAL}` },
    changeEvents: [],
  },
  {
    action: "feedback.analyze",
    data: { goalId: GOAL, content: "Good", rating: 5 },
    sql: "select kind, author, content, rating, goal_id, user_id from user_interactions",
    row: { kind: "feedback", author: "user", content: "Good", rating: 5, goal_id: GOAL, user_id: "ada" },
    changeEvents: ["interaction.created"],
  },
  {
    action: "goal.validate",
    data: { goalId: GOAL },
    sql: "select subject from workflow_executions",
    row: { subject: `goals/${GOAL}` },
    changeEvents: [],
  },
  {
    action: "milestone.check",
    data: { goalId: GOAL, milestoneId: MILESTONE },
    sql: "select payload->>'milestoneId' as milestone from workflow_executions",
    row: { milestone: MILESTONE },
    changeEvents: [],
  },
  {
    action: "chat.process",
    data: { message: "Hi" },
    sql: "select kind, author, content, goal_id from user_interactions",
    row: { kind: "chat", author: "user", content: "Hi", goal_id: null },
    changeEvents: ["interaction.created"],
  },
  {
    action: "notification.send",
    data: { title: "T", body: "B", userId: "bob" },
    sql: "select user_id, title, body, status, channels from notifications",
    row: { user_id: "bob", title: "T", body: "B", status: "requested", channels: [] },
    changeEvents: [],
  },
];

describe("each action writes what the consumer stated, its execution and its event", () => {
  it("and none is left out here", () => {
    expect(CASES.map(({ action }) => action).sort()).toEqual([...ACTION_NAMES].sort());
  });

  it.each(CASES)("$action", async ({ action, data, sql, row, changeEvents }) => {
    const bridge = await openWithGoal();
    const id = await bridge.submit(action, data);
    expect((await bridge.pool.query(sql)).rows).toEqual([row]);
    const { rows } = await bridge.pool.query(
      `select id, tenant_id, trigger_type, trigger, actor, status, attempt, traceparent, hop
       from workflow_executions`,
    );
    expect(rows).toEqual([
      {
        id,
        tenant_id: "acme",
        trigger_type: "action",
        trigger: action,
        actor: "user:ada",
        status: "pending",
        attempt: 1,
        traceparent: CAUSE.traceparent,
        hop: 0,
      },
    ]);
    const { rows: events } = await bridge.pool.query(
      "select name, execution_id, actor from events where xmin = (select xmin from workflow_executions) order by name",
    );
    expect(events).toEqual(
      ["action.requested", ...changeEvents].map((name) => ({ name, execution_id: id, actor: "user:ada" })),
    );
    // Nothing is mapped to the change events.
    const { rows: outbox } = await bridge.pool.query("select e.name from outbox o join events e on e.id = o.event_id");
    expect(outbox).toEqual([{ name: "action.requested" }]);
  });
});

describe("an action that cannot be taken leaves nothing", () => {
  const OTHER = "01900000-0000-7000-8000-0000000000ff";
  it.each<[string, string, object, string]>([
    ["an unknown action", "goal.destroy", {}, "unknown_action"],
    ["a prototype's member", "toString", {}, "unknown_action"],
    ["a member that is not known", "goal.create", { title: "x", tite: "y" }, "invalid_request"],
    ["a goal that is not there", "goal.update", { goalId: OTHER, title: "x" }, "not_found"],
    ["a milestone for a goal that is not there", "milestone.create", { goalId: OTHER, title: "x" }, "not_found"],
    ["a milestone of another goal", "task.execute", { goalId: GOAL, milestoneId: OTHER }, "not_found"],
    ["a chat about no goal", "chat.process", { goalId: OTHER, message: "x" }, "not_found"],
    ["a review of no goal", "progress.review", { goalId: OTHER }, "not_found"],
  ])("%s", async (_, action, data, failure) => {
    const bridge = await openWithGoal();
    const before = await rowCounts(bridge);
    const key = { key: "k", operation: "submitAction", request: data };
    expect(await submitAction(bridge.ctx, CALLER, { action, data, context: {} }, key)).toMatchObject({ failure });
    expect(await rowCounts(bridge)).toEqual(before);
  });

  it("another tenant's goal", async () => {
    const bridge = await openWithGoal();
    const before = await rowCounts(bridge);
    const foreign = { ...CALLER, tenantId: "globex" };
    for (const action of ["goal.update", "goal.validate", "milestone.check", "progress.review"]) {
      const input = { action, data: { goalId: GOAL }, context: {} };
      expect(await submitAction(bridge.ctx, foreign, input)).toMatchObject({ failure: "not_found" });
    }
    expect(await rowCounts(bridge)).toEqual(before);
  });
});

describe("an Idempotency-Key", () => {
  const input = { action: "goal.create", data: { title: "Run" }, context: {} };
  const key = { key: "k1", operation: "submitAction", request: input };

  it("makes one execution of twenty equal requests at once", async () => {
    const bridge = await openBridge();
    const all = await Promise.all(Array.from({ length: 20 }, () => submitAction(bridge.ctx, CALLER, input, key)));
    const ids = new Set(all.map((each) => ("executionId" in each ? each.executionId : each.failure)));
    expect(ids.size).toBe(1);
    expect(all.filter((each) => "isRepeated" in each && !each.isRepeated)).toHaveLength(1);
    expect(await rowCounts(bridge)).toMatchObject({ user_goals: 1, workflow_executions: 1, events: 2, outbox: 1 });
  });

  it("stands for one request, whatever the order of its members, of one tenant and operation", async () => {
    const bridge = await openBridge();
    const submit = (request: unknown, tenantId = "acme", operation = "submitAction") =>
      submitAction(bridge.ctx, { ...CALLER, tenantId }, input, { key: "k1", operation, request });
    const first = await submit({ a: 1, b: { c: 2, d: 3 } });
    expect(await submit({ b: { d: 3, c: 2 }, a: 1 })).toEqual({ ...first, isRepeated: true });
    expect(await submit({ a: 2 })).toMatchObject({ failure: "idempotency_key_reused" });
    expect(await submit({ a: 1 }, "globex")).toMatchObject({ isRepeated: false });
    expect(await submit({ a: 1 }, "acme", "other")).toMatchObject({ isRepeated: false });
  });
});
