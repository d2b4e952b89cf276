import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertDeadDelivery, registerN8n } from "#tests/support/domain.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  await registerN8n(rainwire);
});
afterAll(() => rainwire.close());
beforeEach(async () => {
  tenant = await rainwire.tenant();
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await rainwire.fetch(api, path, asking(tenant.key, method, body));
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
  return { status: response.status, body: (await response.json()) as any };
}

const rowsOf = async (text: string, ...values: unknown[]) => (await rainwire.pool.query(text, values)).rows;

async function insertMessageLetter(message: { eventId?: string; body?: string }): Promise<string> {
  const id = uuidv7();
  await rainwire.pool.query(
    `insert into dead_letters (id, tenant_id, queue, event_id, body, reason, attempts)
     values ($1, $2, 'workflow-dispatch', $3, $4, 'handler_failed', 10)`,
    [id, tenant.tenantId, message.eventId ?? null, message.body ?? null],
  );
  return id;
}

describe("a webhook that was given up", () => {
  it("is listed with its delivery and the delivery's requests", async () => {
    const { deliveryId, executionId, letterId } = await insertDeadDelivery(rainwire, tenant);
    expect((await ask("GET", "/v1/dead-letters")).body.items).toMatchObject([
      { id: letterId, deliveryId, executionId, reason: "delivery_failed", attempts: 12 },
    ]);
    expect((await ask("GET", `/v1/deliveries?status=dead&executionId=${executionId}`)).body.items).toMatchObject([
      { id: deliveryId, status: "dead", destination: "main" },
    ]);
    expect((await ask("GET", `/v1/deliveries/${deliveryId}`)).body).toMatchObject({
      id: deliveryId,
      attemptLog: [{ attempt: 12, outcome: "dead", httpStatus: 500, error: "HTTP 500" }],
    });
  });

  it("is driven again as the next attempt, beyond the last one, and once", async () => {
    const { deliveryId, executionId, letterId } = await insertDeadDelivery(rainwire, tenant);
    const replays = await Promise.all([1, 2].map(() => ask("POST", `/v1/dead-letters/${letterId}/replay`)));
    expect(replays.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(await ask("POST", `/v1/dead-letters/${letterId}/replay`)).toMatchObject({
      status: 409,
      body: { code: "not_replayable" },
    });
    expect((await ask("GET", `/v1/executions/${executionId}`)).body).toMatchObject({
      status: "pending",
      attempt: 4,
      maxAttempts: 4,
      errorCode: null,
      errorMessage: null,
      completedAt: null,
      version: 2,
    });
    expect(
      await rowsOf("select status, run_attempt, attempts, fence from deliveries where id = $1", deliveryId),
    ).toEqual([{ status: "queued", run_attempt: 4, attempts: 0, fence: 13 }]);
    expect(await rowsOf("select queue, body from outbox where tenant_id = $1", tenant.tenantId)).toEqual([
      { queue: "webhook-deliveries", body: { deliveryId, fence: 13 } },
    ]);
    expect((await ask("GET", "/v1/dead-letters")).body.items).toEqual([]);
  });

  it("stays as it is when its execution has ended otherwise since", async () => {
    const { executionId, letterId } = await insertDeadDelivery(rainwire, tenant);
    await rainwire.pool.query("update workflow_executions set error_code = 'workflow_failed' where id = $1", [
      executionId,
    ]);
    expect((await ask("POST", `/v1/dead-letters/${letterId}/replay`)).body.code).toBe("not_replayable");
    expect((await ask("GET", "/v1/dead-letters")).body.items).toMatchObject([{ id: letterId }]);
    expect(await rowsOf("select from outbox where tenant_id = $1", tenant.tenantId)).toEqual([]);
  });
});

describe("a message that was given up", () => {
  it("goes back to its queue, without a place in its subject's order", async () => {
    const eventId = uuidv7();
    const letters = [await insertMessageLetter({ eventId }), await insertMessageLetter({ body: '{"a": 1}' })];
    for (const id of letters) expect((await ask("POST", `/v1/dead-letters/${id}/replay`)).status).toBe(202);
    const rows = await rowsOf(
      "select queue, event_id, body, subject, attempts from outbox where tenant_id = $1 order by id",
      tenant.tenantId,
    );
    const queued = { queue: "workflow-dispatch", subject: null, attempts: 0 };
    expect(rows).toEqual([
      { ...queued, event_id: eventId, body: null },
      { ...queued, event_id: null, body: { a: 1 } },
    ]);
  });

  it("is replayed with others, and one that is refused holds none back", async () => {
    const [open, done] = [await insertMessageLetter({ body: "{}" }), await insertMessageLetter({ body: "{}" })];
    await ask("POST", `/v1/dead-letters/${done}/replay`);
    const lost = uuidv7();
    expect((await ask("POST", "/v1/dead-letters/replay", { ids: [done, lost, open, open] })).body).toEqual({
      replayed: [open],
      refused: [
        { id: done, code: "not_replayable" },
        { id: lost, code: "not_found" },
      ],
    });
    const rest = [await insertMessageLetter({ body: "{}" }), await insertMessageLetter({ body: "{}" })];
    const all = await ask("POST", "/v1/dead-letters/replay", { all: true });
    expect(all.body).toEqual({ replayed: rest.toSorted(), refused: [] });
    expect((await ask("POST", "/v1/dead-letters/replay", {})).status).toBe(422);
  });
});
