import { expect, it } from "vitest";
import { cancelExecution } from "#shared/workflows/cancel-execution.ts";
import { claimExecution } from "#shared/workflows/claim-execution.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import { reportWorkflowError } from "#shared/workflows/report-workflow-error.ts";
import { wakeInstance } from "#shared/workflows/wake-parked.ts";
import { answered, type Bridge, openBridge } from "#tests/support/bridge.ts";

const SLOTS = 4;
const WORKERS = 12;

/** Numbers that look random and are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One worker of many: takes a message for itself and handles it, now and then twice. */
async function work({ ctx, pool }: Bridge, random: () => number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(`delete from outbox where id = (select id from outbox
      where queue = 'webhook-deliveries' and available_at <= now() order by available_at limit 1 for update skip locked)
      returning body`);
    const body = rows[0]?.body;
    if (!body) return;
    if (body.instanceId) await wakeInstance(ctx.db, body.instanceId);
    else {
      const message = { ...body, isRedelivery: false };
      await Promise.all(random() < 0.1 ? [deliver(ctx, message), deliver(ctx, message)] : [deliver(ctx, message)]);
    }
  }
}

it.each([1, 2, 3])(
  "comes to rest without the sweep, whatever answers, cancellations and error reports cross (seed %i)",
  async (seed) => {
    const random = seeded(seed);
    const bridge = await openBridge({ concurrency: SLOTS });
    for (const trigger of ["goal.created", "goal.updated", "service.activate"]) await bridge.map(trigger);
    for (let i = 0; i < 12; i++) await bridge.insertGoal(`tenant-${i % 3}`);
    for (let i = 1; i <= 2; i++) await bridge.pool.query("update user_goals set progress_percent = $1", [i]);
    for (let i = 0; i < 24; i++) await bridge.submit("service.activate", { service: "x" }, `tenant-${i % 3}`);
    await bridge.drain(["workflow-dispatch"]);

    let isCalm = false;
    let inFlight = 0;
    let most = 0;
    const crossing: Promise<unknown>[] = [];
    bridge.answer = async ({ headers, body }) => {
      most = Math.max(most, ++inFlight);
      const executionId = headers["webhook-id"] ?? "";
      const { attempt, tenantid: tenantId } = JSON.parse(body ?? "");
      const dice = random();
      if (dice < 0.25) {
        const run = { attempt, n8nExecutionId: `${executionId}-${attempt}` };
        const grant = { tenantId, executionId, attempt, instanceId: "main", workflowId: "w", hop: 1, scopes: [] };
        await claimExecution(bridge.ctx.db, grant, executionId, run);
        const report = { n8nExecutionId: run.n8nExecutionId, workflowName: "w", message: "boom" };
        crossing.push(reportWorkflowError(bridge.ctx, "main", report));
      } else if (dice < 0.35) crossing.push(cancelExecution(bridge.ctx, tenantId, executionId));
      await bridge.pool.query("select pg_sleep(0.002)");
      inFlight -= 1;
      const status = [202, 200, 500, 503, 429, 400][Math.floor(random() * 6)] ?? 202;
      return isCalm ? answered(202) : answered(status);
    };

    for (let round = 0; round < 60; round++) {
      isCalm = round > 8;
      await Promise.all(Array.from({ length: WORKERS }, () => work(bridge, random)));
      await Promise.all(crossing.splice(0));
      const { rows } = await bridge.pool.query("select from deliveries where status in ('queued', 'sending')");
      if (isCalm && rows.length === 0) break;
      await bridge.pass(61);
    }

    const { rows: open } = await bridge.pool.query(
      "select status, is_parked, attempts from deliveries where status in ('queued', 'sending')",
    );
    expect(open).toEqual([]);
    expect(most).toBe(SLOTS);
    const { rows: pending } = await bridge.pool.query("select id from workflow_executions where status = 'pending'");
    expect(pending).toEqual([]);
  },
  60_000,
);
