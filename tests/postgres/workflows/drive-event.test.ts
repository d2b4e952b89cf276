import { describe, expect, it } from "vitest";
import { sql } from "#shared/database/sql.ts";
import { actingAs } from "#shared/events/cause.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import { driveEvent } from "#shared/workflows/drive-event.ts";
import { changeMapping } from "#shared/workflows/mappings.ts";
import { type Bridge, CAUSE, openBridge } from "#tests/support/bridge.ts";

const workflowsDriven = async (bridge: Bridge) =>
  (await bridge.executions()).map(({ workflowId }) => workflowId).sort();

it("asks for the dispatch of those events that a workflow is mapped to, its tenant's or everybody's", async () => {
  const bridge = await openBridge();
  const asked = async () => (await bridge.pool.query("delete from outbox where queue = 'workflow-dispatch'")).rowCount;
  await bridge.insertGoal("acme");
  expect(await asked()).toBe(0);
  await bridge.map("goal.created", { workflowId: "globexs" }, "globex");
  await bridge.map("goal.created", { workflowId: "off", isActive: false });
  await bridge.insertGoal("acme");
  expect(await asked()).toBe(0);
  await bridge.insertGoal("globex");
  expect(await asked()).toBe(1);
  await bridge.map("goal.created", { workflowId: "everybodys" });
  await bridge.insertGoal("acme");
  expect(await asked()).toBe(1);
});

describe("which workflow an action goes to", () => {
  it("is the tenant's own before everybody's, whatever the priority", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.create", { workflowId: "everybodys", priority: 9 });
    await bridge.map("goal.create", { workflowId: "acmes" }, "acme");
    await bridge.map("goal.create", { workflowId: "others", priority: 99 }, "globex");
    const id = await bridge.submit("goal.create", { title: "Run" });
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ workflowId: "acmes", status: "dispatched" });
    expect(bridge.sent.map(({ url }) => url)).toEqual(["http://n8n.test:5678/webhook/acmes"]);
  });

  it("is the active one of the highest priority", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.create", { workflowId: "low", priority: 1 });
    const high = await bridge.map("goal.create", { workflowId: "high", priority: 2 });
    await bridge.map("goal.create", { workflowId: "off", priority: 3, isActive: false });
    const first = await bridge.submit("goal.create", { title: "Run" });
    await bridge.drain();
    await changeMapping(bridge.ctx.db, null, high.id, { isActive: false });
    const second = await bridge.submit("goal.create", { title: "Swim" });
    await bridge.drain();
    expect((await bridge.execution(first)).workflowId).toBe("high");
    expect((await bridge.execution(second)).workflowId).toBe("low");
  });

  it("is the fallback when nothing else is mapped, and the fallback hears of no other event", async () => {
    const bridge = await openBridge();
    await bridge.map("*", { workflowId: "fallback", timeoutMs: 5000, maxAttempts: 2 });
    const id = await bridge.submit("service.activate", { service: "mail" });
    await bridge.insertGoal();
    await bridge.drain();
    expect(await bridge.executions()).toHaveLength(1);
    expect(await bridge.execution(id)).toMatchObject({ workflowId: "fallback", maxAttempts: 2 });
  });
});

it("fails an action that nothing is mapped to with unknown_workflow", async () => {
  const bridge = await openBridge();
  const id = await bridge.submit("goal.create", { title: "Run" });
  await bridge.drain();
  expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "unknown_workflow" });
  expect(await bridge.events("execution.failed")).toMatchObject([
    { subject: `executions/${id}`, data: { executionId: id, errorCode: "unknown_workflow", status: "failed" } },
  ]);
  expect(bridge.sent).toEqual([]);
});

describe("an event", () => {
  it("drives every workflow mapped to it once, the tenant's variant in place of everybody's", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.created", { workflowId: "planner" });
    await bridge.map("goal.created", { workflowId: "notifier" });
    await bridge.map("goal.created", { workflowId: "notifier", timeoutMs: 1234 }, "acme");
    const goal = await bridge.insertGoal();
    await bridge.drain();
    expect(await workflowsDriven(bridge)).toEqual(["notifier", "planner"]);
    const { rows } = await bridge.pool.query(
      "select workflow_id, timeout_ms, subject, payload->>'title' as title, trigger_type from workflow_executions order by 1",
    );
    const common = { subject: `goals/${goal}`, title: "A goal", trigger_type: "event" };
    expect(rows).toEqual([
      { workflow_id: "notifier", timeout_ms: 1234, ...common },
      { workflow_id: "planner", timeout_ms: 60_000, ...common },
    ]);
  });

  it("handled twice at once drives once", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.created");
    await bridge.insertGoal();
    const [event] = await bridge.ctx.db.query(sql<StoredEvent>`select * from events where name = 'goal.created'`);
    if (!event) throw new Error("no event");
    const both = await Promise.allSettled([driveEvent(bridge.ctx, event), driveEvent(bridge.ctx, event)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await bridge.drain();
    expect(await bridge.executions()).toHaveLength(1);
    expect(bridge.sent).toHaveLength(1);
  });

  it("that a run wrote does not drive the run's own workflow, but others", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.create", { workflowId: "planner" });
    await bridge.map("goal.updated", { workflowId: "planner" });
    await bridge.map("goal.updated", { workflowId: "reviewer" });
    const executionId = await bridge.submit("goal.create", { title: "Run" });
    await bridge.drain();
    await bridge.ctx.db.batch([
      actingAs({ ...CAUSE, actor: `execution:${executionId}`, executionId, hop: 1 }),
      sql`update user_goals set phase = 'planning'`,
    ]);
    await bridge.drain();
    expect(await workflowsDriven(bridge)).toEqual(["planner", "reviewer"]);
  });

  it("of an action's own change does not drive the action's workflow, even when it is dispatched first", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.create", { workflowId: "planner" });
    await bridge.map("goal.created", { workflowId: "planner" });
    await bridge.submit("goal.create", { title: "Run" });
    await bridge.pool.query(
      "update outbox set available_at = now() - interval '1 minute' where subject like 'goals/%'",
    );
    await bridge.drain();
    expect(await workflowsDriven(bridge)).toEqual(["planner"]);
  });

  it("drives at hop 7, with hop 8 for what its run writes, and at the cap nothing", async () => {
    const bridge = await openBridge();
    await bridge.map("goal.created");
    const insertAt = (hop: number) =>
      bridge.ctx.db.batch([
        actingAs({ ...CAUSE, hop }),
        sql`insert into user_goals (id, tenant_id, user_id, title) values (uuidv7(), 'acme', 'ada', ${`hop ${hop}`})`,
      ]);
    await insertAt(7);
    await insertAt(8);
    await bridge.drain();
    const { rows } = await bridge.pool.query("select hop, payload->>'title' as title from workflow_executions");
    expect(rows).toEqual([{ hop: 7, title: "hop 7" }]);
  });
});

it("fails an action at the hop cap instead of letting it hang", async () => {
  const bridge = await openBridge();
  await bridge.map("service.activate");
  const id = await bridge.submit("service.activate", { service: "mail" });
  await bridge.pool.query("update events set hop = 8");
  await bridge.drain();
  expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "hop_cap_reached" });
});
