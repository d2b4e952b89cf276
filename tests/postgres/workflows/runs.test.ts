import { describe, expect, it } from "vitest";
import { cancelExecution } from "#shared/workflows/cancel-execution.ts";
import { claimExecution } from "#shared/workflows/claim-execution.ts";
import { completeExecution } from "#shared/workflows/complete-execution.ts";
import { reconcileExecutions } from "#shared/workflows/reconcile-executions.ts";
import { reportWorkflowError } from "#shared/workflows/report-workflow-error.ts";
import type { RunGrant } from "#shared/workflows/run-token.ts";
import { answered, type Bridge, openBridge } from "#tests/support/bridge.ts";

interface Running {
  bridge: Bridge;
  id: string;
  grant: RunGrant;
  claim(n8nExecutionId: string, attempt?: number): ReturnType<typeof claimExecution>;
}

async function openDispatched(): Promise<Running> {
  const bridge = await openBridge();
  await bridge.map("service.activate");
  const id = await bridge.submit("service.activate", { service: "mail" });
  await bridge.drain();
  const grant: RunGrant = {
    tenantId: "acme",
    executionId: id,
    attempt: 1,
    instanceId: "main",
    workflowId: "planning-agent",
    hop: 1,
    scopes: [],
  };
  const claim = (n8nExecutionId: string, attempt = 1) =>
    claimExecution(bridge.ctx.db, { ...grant, attempt }, id, { attempt, n8nExecutionId, n8nWorkflowId: "wf" });
  return { bridge, id, grant, claim };
}

const succeed = ({ bridge, id, grant }: Running, result: unknown, attempt = 1) =>
  completeExecution(bridge.ctx, { ...grant, attempt }, id, { attempt, status: "succeeded", result });

describe("a claim", () => {
  it("lets the first of two runs that ask at once work, and tells the other to stop", async () => {
    const { bridge, id, claim } = await openDispatched();
    const both = await Promise.all([claim("run-1"), claim("run-2")]);
    expect(both.map((each) => "outcome" in each && each.outcome).sort()).toEqual(["already_running", "run"]);
    const execution = await bridge.execution(id);
    expect(execution.status).toBe("running");
    expect(execution.n8nUrl).toMatch(/^http:\/\/n8n\.test:5678\/workflow\/wf\/executions\/run-[12]$/);
  });

  it("by the same run again is answered again, with its input", async () => {
    const { claim } = await openDispatched();
    const input = { action: "service.activate", userId: "ada", service: "mail", context: {} };
    const expected = { outcome: "run", input, trigger: "service.activate" };
    expect(await claim("run-1")).toEqual(expected);
    expect(await claim("run-1")).toEqual(expected);
  });

  it("of an execution that has ended says so, with the result", async () => {
    const running = await openDispatched();
    await running.claim("run-1");
    await succeed(running, { steps: 1 });
    expect(await running.claim("run-2")).toEqual({ outcome: "done", status: "succeeded", result: { steps: 1 } });
  });

  it("of an attempt that is no longer current is refused, as is another execution's or tenant's token", async () => {
    const { bridge, id, grant, claim } = await openDispatched();
    await bridge.pool.query("update workflow_executions set attempt = 2");
    expect(await claim("run-1")).toMatchObject({ failure: "attempt_superseded" });
    const input = { attempt: 2, n8nExecutionId: "run-1" };
    const { db } = bridge.ctx;
    expect(await claimExecution(db, grant, id, input)).toMatchObject({ failure: "attempt_superseded" });
    const other = { ...grant, attempt: 2, executionId: crypto.randomUUID() };
    expect(await claimExecution(db, other, id, input)).toMatchObject({ failure: "not_found" });
    const foreign = { ...grant, attempt: 2, tenantId: "globex" };
    expect(await claimExecution(db, foreign, id, input)).toMatchObject({ failure: "not_found" });
  });
});

describe("a result", () => {
  it("wins when it is the first, repeats without effect, and another one conflicts", async () => {
    const running = await openDispatched();
    const { bridge, id, grant } = running;
    await running.claim("run-1");
    expect(await succeed(running, { steps: 1 })).toEqual({ status: "succeeded", isFirst: true });
    expect(await succeed(running, { steps: 2 })).toEqual({ status: "succeeded", isFirst: false });
    const failed = { attempt: 1, status: "failed", error: "no" } as const;
    expect(await completeExecution(bridge.ctx, grant, id, failed)).toMatchObject({ failure: "execution_settled" });
    expect(await bridge.execution(id)).toMatchObject({ status: "succeeded", result: { steps: 1 } });
    expect(await bridge.events("execution.succeeded")).toHaveLength(1);
  });

  it("of twenty at once is one", async () => {
    const running = await openDispatched();
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => succeed(running, i)));
    expect(all.filter((each) => "isFirst" in each && each.isFirst)).toHaveLength(1);
    expect(await running.bridge.events("execution.succeeded")).toHaveLength(1);
  });

  it("may be to wait, which moves the deadline; the result comes later", async () => {
    const running = await openDispatched();
    const { bridge, id, grant } = running;
    await running.claim("run-1");
    const wait = { attempt: 1, status: "waiting", untilSeconds: 7200 } as const;
    expect(await completeExecution(bridge.ctx, grant, id, wait)).toEqual({ status: "waiting", isFirst: true });
    expect(await completeExecution(bridge.ctx, grant, id, wait)).toEqual({ status: "waiting", isFirst: false });
    const { rows } = await bridge.pool.query(
      "select extract(epoch from deadline_at - now()) > 7100 as is_far from workflow_executions",
    );
    expect(rows).toEqual([{ is_far: true }]);
    expect(await succeed(running, "approved")).toEqual({ status: "succeeded", isFirst: true });
  });
});

describe("an error report", () => {
  const report = { n8nExecutionId: "run-1", workflowName: "Planning agent", message: "boom", lastNode: "Plan" };

  it("drives the execution again as its next attempt until none is left, then fails it", async () => {
    const running = await openDispatched();
    const { bridge, id } = running;
    for (const attempt of [1, 2, 3]) {
      expect(await running.claim("run-1", attempt)).toMatchObject({ outcome: "run" });
      const outcome = await reportWorkflowError(bridge.ctx, "main", report);
      expect(outcome).toBe(attempt < 3 ? "driven_again" : "failed");
      await bridge.pass(60);
      await bridge.drain();
    }
    expect(bridge.sent.map(({ body }) => JSON.parse(body ?? "").attempt)).toEqual([1, 2, 3]);
    expect(new Set(bridge.sent.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
    expect(await bridge.execution(id)).toMatchObject({
      status: "failed",
      attempt: 3,
      errorCode: "workflow_error",
      errorMessage: "Plan: boom",
    });
  });

  it("refuses what the attempt before still reports", async () => {
    const running = await openDispatched();
    const { bridge } = running;
    await running.claim("run-1");
    await reportWorkflowError(bridge.ctx, "main", report);
    expect(await succeed(running, "late")).toMatchObject({ failure: "attempt_superseded" });
    expect(await running.claim("run-1")).toMatchObject({ failure: "attempt_superseded" });
    expect(await reportWorkflowError(bridge.ctx, "main", report)).toBe("unknown_execution");
  });

  it("of another instance's run finds nothing", async () => {
    const running = await openDispatched();
    await running.claim("run-1");
    expect(await reportWorkflowError(running.bridge.ctx, "other", report)).toBe("unknown_execution");
  });

  it("that comes while the webhook is still unanswered neither deadlocks nor loses the next attempt", async () => {
    const bridge = await openBridge({ concurrency: 1 });
    await bridge.map("service.activate");
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push(await bridge.submit("service.activate", { service: `s${i}` }));
    bridge.answer = async ({ headers, body }) => {
      const { attempt } = JSON.parse(body ?? "");
      const executionId = headers["webhook-id"] ?? "";
      if (attempt > 1) return answered(202);
      const grant = { tenantId: "acme", executionId, attempt, instanceId: "main", workflowId: "w", hop: 1, scopes: [] };
      await claimExecution(bridge.ctx.db, grant, executionId, { attempt, n8nExecutionId: executionId });
      reports.push(reportWorkflowError(bridge.ctx, "main", { ...report, n8nExecutionId: executionId }));
      return answered(200);
    };
    const reports: Promise<unknown>[] = [];
    await bridge.drain();
    expect(await Promise.all(reports)).toEqual(Array(10).fill("driven_again"));
    await bridge.pass(60);
    await bridge.drain();
    for (const id of ids) expect(await bridge.execution(id)).toMatchObject({ status: "dispatched", attempt: 2 });
  });
});

describe("a silent execution", () => {
  it("that still runs in n8n gets more time", async () => {
    const running = await openDispatched();
    const { bridge, id } = running;
    await running.claim("run-1");
    await bridge.pass(61);
    expect(await reconcileExecutions(bridge.ctx)).toEqual({ stillRunning: 1, drivenAgain: 0, timedOut: 0 });
    expect(await reconcileExecutions(bridge.ctx)).toEqual({ stillRunning: 0, drivenAgain: 0, timedOut: 0 });
    expect(await bridge.execution(id)).toMatchObject({ status: "running", attempt: 1 });
  });

  it("that n8n lost is driven again under its id, and times out when no attempt is left", async () => {
    const running = await openDispatched();
    const { bridge, id } = running;
    bridge.runState = "broken";
    for (const attempt of [1, 2, 3]) {
      await running.claim(`run-${attempt}`, attempt);
      await bridge.pass(61);
      const expected = attempt < 3 ? { drivenAgain: 1, timedOut: 0 } : { drivenAgain: 0, timedOut: 1 };
      expect(await reconcileExecutions(bridge.ctx)).toMatchObject(expected);
      await bridge.drain();
    }
    expect(bridge.sent.map(({ headers }) => headers["webhook-id"])).toEqual([id, id, id]);
    expect(await bridge.execution(id)).toMatchObject({ status: "timed_out", errorCode: "silent", attempt: 3 });
    expect(await bridge.events("execution.timed_out")).toMatchObject([{ data: { executionId: id, attempt: 3 } }]);
  });

  it("that was accepted and never claimed is driven again without asking n8n", async () => {
    const { bridge, id } = await openDispatched();
    await bridge.pass(61);
    expect(await reconcileExecutions(bridge.ctx)).toMatchObject({ drivenAgain: 1 });
    expect(await bridge.execution(id)).toMatchObject({ status: "pending", attempt: 2 });
  });
});

describe("cancelling", () => {
  it("stops the run in n8n and refuses its late result", async () => {
    const running = await openDispatched();
    const { bridge, id } = running;
    await running.claim("run-1");
    expect(await cancelExecution(bridge.ctx, "acme", id)).toBeUndefined();
    expect(await cancelExecution(bridge.ctx, "acme", id)).toBeUndefined();
    expect(bridge.stopped).toEqual(["run-1"]);
    expect(await succeed(running, "late")).toMatchObject({ failure: "execution_settled" });
    expect(await running.claim("run-1")).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(await bridge.events("execution.cancelled")).toHaveLength(1);
  });

  it("keeps what waits from being sent", async () => {
    const bridge = await openBridge();
    await bridge.map("service.activate");
    const undispatched = await bridge.submit("service.activate", { service: "a" });
    await cancelExecution(bridge.ctx, "acme", undispatched);
    const queued = await bridge.submit("service.activate", { service: "b" });
    await bridge.drain(["workflow-dispatch"]);
    await cancelExecution(bridge.ctx, "acme", queued);
    await bridge.drain();
    expect(bridge.sent).toEqual([]);
  });

  it("is refused to another tenant and for what has ended otherwise", async () => {
    const running = await openDispatched();
    const { bridge, id } = running;
    expect(await cancelExecution(bridge.ctx, "globex", id)).toMatchObject({ failure: "not_found" });
    await succeed(running, 1);
    expect(await cancelExecution(bridge.ctx, "acme", id)).toMatchObject({ failure: "execution_settled" });
  });
});
