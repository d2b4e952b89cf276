import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Host } from "#hosts/node/start-host.ts";
import { beginInvocation } from "#shared/costs/invocation.ts";
import { sql } from "#shared/database/sql.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";
import { reconcileExecutions } from "#shared/workflows/reconcile-executions.ts";
import { eventually } from "#tests/support/n8n.ts";
import { type N8nHost, shippedWorkflows, startN8nHost } from "#tests/support/n8n-host.ts";
import { breakingAgent, slowAgent } from "./test-agents.ts";

/** The whole round: a real host, a real PostgreSQL and a real n8n. */
const scratchDir = mkdtempSync(join(tmpdir(), "rainwire-round-"));

let world: N8nHost;
let host: Host;

const Execution = z.object({
  id: z.string(),
  status: z.string(),
  workflowId: z.string().nullable(),
  attempt: z.number(),
  payload: z.record(z.string(), z.unknown()),
  result: z.unknown(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  n8nUrl: z.string().nullable(),
});
type Execution = z.infer<typeof Execution>;

beforeAll(async () => {
  const files = Object.entries({ breakingAgent, slowAgent }).map(([name, workflow]) => {
    const file = join(scratchDir, `${name}.json`);
    writeFileSync(file, JSON.stringify(workflow));
    return file;
  });
  world = await startN8nHost([...shippedWorkflows, ...files]);
  host = world.host;
});
afterAll(async () => {
  await world?.close();
  rmSync(scratchDir, { recursive: true, force: true });
});

async function api(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(`${host.url}${path}`, {
    method,
    headers: { ...world.asOperator, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return text === "" ? undefined : JSON.parse(text);
}

const act = async (action: string, data: object): Promise<Execution> =>
  Execution.parse(await api("POST", "/v2/unified", { action, data }, { prefer: "wait=60" }));

const post = async (action: string, data: object): Promise<string> =>
  z.object({ executionId: z.string() }).parse(await api("POST", "/v2/unified", { action, data })).executionId;

const read = async (id: string): Promise<Execution> => Execution.parse(await api("GET", `/v1/executions/${id}`));

const reaches = (id: string, status: string, withinMs = 60_000): Promise<Execution> =>
  eventually(
    `execution ${id} to be ${status}`,
    async () => {
      const execution = await read(id);
      return execution.status === status ? execution : undefined;
    },
    withinMs,
  );

const mapTo = (trigger: string, workflowId: string, operations: string[] = []) =>
  api("POST", "/v1/workflow-mappings", {
    trigger,
    workflowId,
    instanceId: "main",
    webhookPath: `webhook/${workflowId}`,
    operations,
    maxAttempts: 2,
  });

const newGoal = async (title: string): Promise<string> =>
  z.object({ id: z.string() }).parse(
    await api("POST", "/v1/goals", {
      title,
      description: "First step. Second step. Third step.",
      targetDate: "2099-01-01",
    }),
  ).id;

describe("every action through its workflow in the real n8n", () => {
  it("goal.create: the planning agent writes milestones", async () => {
    const execution = await act("goal.create", {
      title: "Build a boat",
      description: "Draw it. Saw it. Paint it.",
      targetDate: "2099-06-01",
    });
    expect(execution).toMatchObject({ status: "succeeded", workflowId: "planning-agent", attempt: 1 });
    const { milestones } = z
      .object({ milestones: z.array(z.object({ title: z.string() })) })
      .parse(await api("GET", `/v1/goals/${execution.payload.goalId}`));
    expect(milestones.map(({ title }) => title)).toEqual(["Draw it", "Saw it", "Paint it"]);
    expect(execution.n8nUrl).toMatch(new RegExp(`^${world.n8n.baseUrl}/workflow/\\w+/executions/\\d+$`));
  });

  it.each([
    ["goal.update", "planning-agent", { description: "One. Two. Three." }],
    ["milestone.create", "planning-agent", { title: "A first step" }],
    ["task.execute", "execution-agent", { note: "started" }],
    ["progress.review", "reflection-agent", {}],
    ["feedback.analyze", "reflection-agent", { content: "great help", rating: 5 }],
    ["goal.validate", "goal-checking-agent", {}],
    ["milestone.check", "goal-checking-agent", {}],
    ["chat.process", "journey-analyzer", { message: "How am I doing?" }],
  ])("%s runs %s", async (action, workflowId, data) => {
    const execution = await act(action, { goalId: await newGoal(`Goal of ${action}`), ...data });
    expect(execution).toMatchObject({ status: "succeeded", workflowId, errorMessage: null });
  });

  it.each([
    ["service.activate", "integration-agent-v2", { service: "calendar", settings: { zone: "UTC" } }],
    ["notification.send", "notification-orchestrator", { title: "Hello", body: "A word." }],
  ])("%s runs %s", async (action, workflowId, data) => {
    expect(await act(action, data)).toMatchObject({ status: "succeeded", workflowId, errorMessage: null });
  });

  it("a change made by plain SQL drives a workflow", async () => {
    const goalId = await newGoal("Changed from outside");
    await host.instance.database.query(sql`insert into milestones (id, tenant_id, goal_id, title, position)
      select uuidv7(), tenant_id, id, 'By hand', 1 from user_goals where id = ${goalId}`);
    await host.instance.database.query(sql`update milestones set status = 'done' where goal_id = ${goalId}`);
    const goal = await eventually("the reflection agent to raise the progress", async () => {
      const now = z.object({ progressPercent: z.number() }).parse(await api("GET", `/v1/goals/${goalId}`));
      return now.progressPercent > 0 ? now : undefined;
    });
    expect(goal.progressPercent).toBe(100);
  });
});

describe("when things go wrong", () => {
  it("a delivery replayed after its completion takes no second effect", async () => {
    const first = await act("chat.process", { message: "Say it once" });
    const count = async () =>
      (
        await host.instance.database.query(
          sql<{
            n: number;
          }>`select count(*) as n from user_interactions where content like '%' and in_reply_to = ${String(first.payload.interactionId)}`,
        )
      )[0]?.n;
    expect(await count()).toBe(1);
    await host.instance.database.query(sql`with again as (
        update deliveries set status = 'queued', fence = fence + 1, attempts = 0 where execution_id = ${first.id} returning id, fence)
      insert into outbox (queue, body) select 'webhook-deliveries', jsonb_build_object('deliveryId', id, 'fence', fence) from again`);
    await host.instance.signals.publish("outbox");
    await eventually("the replay to be delivered", async () => {
      const [row] = await host.instance.database.query(
        sql<{
          n: number;
        }>`select count(*) as n from delivery_attempts where delivery_id = ${first.id} and outcome = 'accepted'`,
      );
      return row?.n === 2 ? row : undefined;
    });
    await eventually("n8n to end the replayed run", async () => {
      const runs = await world.n8n.api.listExecutions({ limit: 5 });
      return runs.items.every(({ status }) => status === "success") ? true : undefined;
    });
    expect(await count()).toBe(1);
    expect(await read(first.id)).toMatchObject({ status: "succeeded", attempt: 1 });
  });

  it("a workflow that breaks is told of by the error workflow, driven again, and fails with its message", async () => {
    await mapTo("service.activate", "breaking-agent");
    const execution = await reaches(await post("service.activate", { service: "broken" }), "failed");
    expect(execution).toMatchObject({ attempt: 2, errorCode: "workflow_error" });
    expect(execution.errorMessage).toContain("the gears are stuck");
  });

  it("a run that n8n lost in a crash is found and driven again with one effect", async () => {
    await mapTo("goal.validate", "slow-agent", ["run:interactions.write"]);
    const id = await post("goal.validate", { goalId: await newGoal("Survives a crash") });
    await reaches(id, "running");
    const effects = async () =>
      (
        await host.instance.database.query(
          sql<{ n: number }>`select count(*) as n from user_interactions where content = ${`effect of ${id}`}`,
        )
      )[0]?.n;
    await eventually("the effect", async () => ((await effects()) === 1 ? true : undefined));
    await world.n8n.kill();
    await world.n8n.restart();
    await host.instance.database.query(sql`update workflow_executions set deadline_at = now() where id = ${id}`);
    const invocation = beginInvocation("reconcile-executions", "tick", childTrace(undefined), Date.now());
    const ctx = openContext({ waitUntil: () => undefined, instance: host.instance, invocation } as never); // safe: a HostContext
    // n8n reports its own crash when it is back; whichever comes first drives the next attempt.
    await reconcileExecutions(ctx);
    const execution = await reaches(id, "succeeded", 90_000);
    expect(execution.attempt).toBe(2);
    expect(await effects()).toBe(1);
  });

  it("a cancelled execution is stopped in n8n, and its late result is refused", async () => {
    const id = await post("goal.validate", { goalId: await newGoal("Cancelled") });
    const running = await reaches(id, "running");
    await api("POST", `/v1/executions/${id}/cancel`);
    const n8nId = running.n8nUrl?.split("/").at(-1) ?? "";
    const run = await eventually("n8n to stop the run", async () => {
      const found = await world.n8n.api.getExecution(n8nId);
      return found.status === "running" || found.status === "waiting" ? undefined : found;
    });
    expect(run.status).toBe("canceled");
    expect(await read(id)).toMatchObject({ status: "cancelled", result: null });
  });
});
