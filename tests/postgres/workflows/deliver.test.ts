import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { deleteMapping } from "#shared/workflows/mappings.ts";
import { readRunToken } from "#shared/workflows/run-token.ts";
import { answered, type Bridge, openBridge, SECRET, SIGNING_SECRET, WEBHOOK_KEY } from "#tests/support/bridge.ts";

async function openWithExecution(): Promise<{ bridge: Bridge; id: string }> {
  const bridge = await openBridge();
  await bridge.map("service.activate", { workflowId: "integrator", operations: ["run:goals.read", "run:phase.write"] });
  return { bridge, id: await bridge.submit("service.activate", { service: "mail" }) };
}

const attempts = async ({ pool }: Bridge) =>
  (await pool.query("select attempt, outcome, http_status, error from delivery_attempts order by id")).rows;

describe("the webhook", () => {
  it("is the signed CloudEvent, with a token that grants this run what its mapping allows", async () => {
    const { bridge, id } = await openWithExecution();
    await bridge.drain();
    const [request] = bridge.sent;
    if (!request) throw new Error("nothing was sent");
    expect(request).toMatchObject({
      method: "POST",
      url: "http://n8n.test:5678/webhook/integrator",
      isOperatorHost: true,
      timeoutMs: 30_000,
      headers: { "content-type": "application/cloudevents+json", "x-rainwire-key": WEBHOOK_KEY, "webhook-id": id },
    });
    const body = new Webhook(SIGNING_SECRET).verify(request.body ?? "", request.headers);
    expect(body).toMatchObject({
      specversion: "1.0",
      source: "https://rainwire.test",
      type: "action.requested",
      subject: `executions/${id}`,
      tenantid: "acme",
      actor: "user:ada",
      executionid: id,
      attempt: 1,
      workflow: "integrator",
      trigger: "service.activate",
      callbackurl: "https://rainwire.test/hooks",
      data: { action: "service.activate", input: { userId: "ada", service: "mail" }, context: {} },
    });
    expect(request.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    const token = request.headers["x-rainwire-token"] ?? "";
    expect(await readRunToken(SECRET, token, Date.now())).toEqual({
      tenantId: "acme",
      executionId: id,
      attempt: 1,
      instanceId: "main",
      workflowId: "integrator",
      hop: 1,
      scopes: ["run:claim", "run:complete", "run:goals.read", "run:phase.write"],
    });
    expect(await readRunToken(`${SECRET}!`, token, Date.now())).toBeUndefined();
    expect(await readRunToken(SECRET, token, Date.now() + 25 * 3_600_000)).toBeUndefined();
  });

  it("goes to where its n8n is now, though it was queued before n8n moved", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => ({ kind: "failed", reason: "ECONNREFUSED" });
    await bridge.drain();
    await bridge.pool.query("update n8n_instances set base_url = 'http://n8n.test:5679/sub/'");
    bridge.answer = () => answered(202);
    await bridge.pass(2);
    await bridge.drain();
    expect(bridge.sent.map(({ url }) => url)).toEqual([
      "http://n8n.test:5678/webhook/integrator",
      "http://n8n.test:5679/sub/webhook/integrator",
    ]);
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
  });

  it("that is repeated keeps its id and body", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(503);
    await bridge.drain();
    await bridge.pass(2);
    bridge.answer = () => answered(202);
    await bridge.drain();
    const [first, second] = bridge.sent;
    expect(second?.headers["webhook-id"]).toBe(id);
    expect(second?.body).toBe(first?.body);
  });
});

describe("an answer", () => {
  it("of 2xx is acceptance, not completion: the execution gets a deadline", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(200, {}, '{"message":"Workflow was started"}');
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
    const { rows } = await bridge.pool.query(
      "select extract(epoch from deadline_at - dispatched_at)::int as seconds from workflow_executions",
    );
    expect(rows).toEqual([{ seconds: 60 }]);
    expect(await attempts(bridge)).toEqual([{ attempt: 1, outcome: "accepted", http_status: 200, error: null }]);
  });

  it.each([
    ["succeeded", { result: { steps: 3 } }, { status: "succeeded", result: { steps: 3 }, errorCode: null }],
    ["failed", { error: "no plan" }, { status: "failed", errorCode: "workflow_failed", errorMessage: "no plan" }],
  ])("that carries a reply %s settles the execution", async (status, more, expected) => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(200, {}, JSON.stringify({ rainwire: { status, ...more } }));
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject(expected);
    expect(await bridge.events(`execution.${status}`)).toMatchObject([{ data: { executionId: id, status } }]);
  });

  it("of 5xx is retried after a back-off that doubles", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(500);
    await bridge.drain();
    // Equal jitter at random 0.5: three quarters of 1 s, then of 2 s.
    let { waitMs, ...row } = await bridge.delivery(id);
    expect(row).toMatchObject({ status: "queued", attempts: 1, lastError: "HTTP 500", isParked: false });
    expect(waitMs).toBeGreaterThan(500);
    expect(waitMs).toBeLessThanOrEqual(750);
    expect(await bridge.drain()).toBe(0);
    await bridge.pass(1);
    await bridge.drain();
    ({ waitMs, ...row } = await bridge.delivery(id));
    expect(row).toMatchObject({ attempts: 2 });
    expect(waitMs).toBeGreaterThan(1200);
    expect(waitMs).toBeLessThanOrEqual(1500);
    expect(await bridge.execution(id)).toMatchObject({ status: "pending", attempt: 1 });
  });

  it.each([
    ["30", 30],
    [new Date("2026-11-20T10:02:00Z").toUTCString(), 120],
    ["99999999999999999999", 86_400],
    ["soon", 0.75],
  ])("of 429 with Retry-After %s waits %s s", async (header, seconds) => {
    const { bridge, id } = await openWithExecution();
    bridge.ctx = { ...bridge.ctx, clock: () => Date.parse("2026-11-20T10:00:00Z") };
    bridge.answer = () => answered(429, { "retry-after": header });
    await bridge.drain();
    const { waitMs } = await bridge.delivery(id);
    expect(waitMs).toBeLessThanOrEqual(seconds * 1000);
    expect(waitMs).toBeGreaterThan(seconds * 1000 - 500);
    expect(await bridge.circuit()).toMatchObject({ failures: 0 });
  });

  it("of 400 is final: a dead letter, and the execution fails with its event", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(400);
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "delivery_failed" });
    expect(await bridge.delivery(id)).toMatchObject({ status: "dead", lastError: "HTTP 400" });
    const { rows } = await bridge.pool.query(
      "select tenant_id, queue, delivery_id, execution_id, reason, detail, attempts from dead_letters",
    );
    expect(rows).toEqual([
      {
        tenant_id: "acme",
        queue: "webhook-deliveries",
        delivery_id: id,
        execution_id: id,
        reason: "delivery_failed",
        detail: "HTTP 400",
        attempts: 1,
      },
    ]);
    expect(await bridge.events("execution.failed")).toHaveLength(1);
  });

  it("of 404 is retried until the attempts are spent, then given up", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = () => answered(404);
    for (let i = 0; i < 12; i++) {
      await bridge.drain();
      await bridge.pass(3600);
    }
    expect(bridge.sent).toHaveLength(12);
    expect(await bridge.delivery(id)).toMatchObject({ status: "dead", attempts: 12 });
    expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "delivery_failed" });
    expect(await bridge.drain()).toBe(0);
  });
});

describe("a delivery that cannot be sent", () => {
  it("for want of its mapping dies at once and frees its slot", async () => {
    const bridge = await openBridge({ concurrency: 1 });
    const mapping = await bridge.map("service.activate");
    const id = await bridge.submit("service.activate", { service: "mail" });
    await bridge.drain(["workflow-dispatch"]);
    await deleteMapping(bridge.ctx.db, null, mapping.id);
    await bridge.drain();
    expect(bridge.sent).toEqual([]);
    expect(await bridge.delivery(id)).toMatchObject({ status: "dead" });
    expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "delivery_failed" });
  });

  it("because the secret has changed waits for the operator to mend it", async () => {
    const { bridge, id } = await openWithExecution();
    const right = bridge.ctx;
    bridge.ctx = { ...right, secret: "another-secret-that-has-32-characters" };
    await bridge.drain();
    expect(await bridge.delivery(id)).toMatchObject({ status: "queued", attempts: 1 });
    bridge.ctx = right;
    await bridge.pass(2);
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
  });
});

describe("a run that is quicker than the webhook's answer", () => {
  it("is not sent the webhook again once it has claimed", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = async () => {
      await bridge.pool.query("update workflow_executions set status = 'running', n8n_execution_id = '7'");
      return { kind: "failed", reason: "no answer within 30000 ms" };
    };
    await bridge.drain();
    expect(await bridge.delivery(id)).toMatchObject({ status: "delivered" });
    expect(await bridge.execution(id)).toMatchObject({ status: "running" });
    await bridge.pass(60);
    await bridge.drain();
    expect(bridge.sent).toHaveLength(1);
  });

  it("leaves no dead letter when it has ended before the webhook was refused", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = async () => {
      await bridge.pool.query("update workflow_executions set status = 'succeeded'");
      return answered(400);
    };
    await bridge.drain();
    expect(await bridge.delivery(id)).toMatchObject({ status: "dead" });
    expect(await bridge.execution(id)).toMatchObject({ status: "succeeded" });
    expect((await bridge.pool.query("select from dead_letters")).rowCount).toBe(0);
  });

  it("is not sent the webhook again once it has been cancelled", async () => {
    const { bridge, id } = await openWithExecution();
    bridge.answer = async () => {
      await bridge.pool.query("update workflow_executions set status = 'cancelled'");
      return answered(503);
    };
    await bridge.drain();
    expect(await bridge.delivery(id)).toMatchObject({ status: "cancelled" });
    await bridge.pass(60);
    await bridge.drain();
    expect(bridge.sent).toHaveLength(1);
  });
});
