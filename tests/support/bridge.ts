import type pg from "pg";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { ActionName } from "#shared/actions/catalog.ts";
import { type Execution, SELECT_EXECUTION } from "#shared/actions/execution.ts";
import { submitAction } from "#shared/actions/submit-action.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { sql } from "#shared/database/sql.ts";
import { EVENT_NAMES } from "#shared/events/catalog.ts";
import type { Cause } from "#shared/events/cause.ts";
import { observe } from "#shared/events/observe.ts";
import { localSignals } from "#shared/events/signals.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import type { LogFields, Logger } from "#shared/kernel/logger.ts";
import type { Message } from "#shared/raindrop/queue.ts";
import type { OutgoingRequest, SendResult } from "#shared/webhooks/sender.ts";
import { DELIVERY_QUEUE, DISPATCH_QUEUE } from "#shared/workflows/context.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import { driveEvent } from "#shared/workflows/drive-event.ts";
import { putInstance } from "#shared/workflows/instances.ts";
import { createMapping, type Mapping, type MappingInput } from "#shared/workflows/mappings.ts";
import type { N8nRunState } from "#shared/workflows/n8n-port.ts";
import type { ReconcileContext } from "#shared/workflows/reconcile-executions.ts";
import { wakeInstance } from "#shared/workflows/wake-parked.ts";
import { createTestDatabase } from "./database.ts";

export const SIGNING_SECRET = `whsec_${btoa("a-signing-secret-of-32-characters")}`;
export const WEBHOOK_KEY = "webhook-key-of-the-test";
export const SECRET = "a-deployment-secret-with-32-chars-or-more";
export const CAUSE: Cause = {
  actor: "user:ada",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};

type Answer = (request: OutgoingRequest) => SendResult | Promise<SendResult>;

/** An n8n's answer of a status, as the sender gives it back. */
export const answered = (status: number, headers: Record<string, string> = {}, body = ""): SendResult => ({
  kind: "answered",
  status,
  headers: new Headers(headers),
  body,
});

export interface DeliveryRow {
  id: string;
  status: string;
  isParked: boolean;
  attempts: number;
  fence: number;
  runAttempt: number;
  lastError: string | null;
  /** How long it still waits, in ms; negative: it is due. */
  waitMs: number;
}

/** The n8n bridge on a database of its own, with an n8n whose answers the test scripts. */
export interface Bridge {
  pool: pg.Pool;
  ctx: ReconcileContext;
  /** What left, in order. */
  sent: OutgoingRequest[];
  /** What the n8n answers; 202 until a test says otherwise. */
  answer: Answer;
  /** How runs stand in the n8n, and which it was told to stop. */
  runState: N8nRunState;
  stopped: string[];
  log: { message: string; fields: LogFields | undefined }[];
  map(trigger: string, change?: Partial<MappingInput>, owner?: string | null): Promise<Mapping>;
  /** Submits an action and returns its execution's id. */
  submit(action: ActionName, data: object, tenantId?: string): Promise<string>;
  /** An event-driven subject: a goal written by plain SQL. */
  insertGoal(tenantId?: string, id?: string): Promise<string>;
  /** Handles every message that is due, and those that become due by it; returns how many. */
  drain(queues?: readonly string[]): Promise<number>;
  /** Lets time pass for everything that the database waits for. */
  pass(seconds: number): Promise<void>;
  execution(id: string): Promise<Execution>;
  executions(): Promise<Execution[]>;
  delivery(executionId: string): Promise<DeliveryRow>;
  events(name: string): Promise<{ data: Record<string, unknown>; subject: string; subjectVersion: number }[]>;
  circuit(): Promise<{ state: string; failures: number; waitMs: number | null }>;
}

export async function openBridge({ concurrency = 8 }: { concurrency?: number } = {}): Promise<Bridge> {
  const database = await createTestDatabase();
  const pool = createPool({ connectionString: database.url, applicationName: "test", max: 10 });
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const db = postgresDatabase(pool);
  const log: Bridge["log"] = [];
  const note = (message: string, fields?: LogFields) => log.push({ message, fields });
  const logger: Logger = {
    debug: note,
    info: note,
    warn: note,
    error: note,
    with: () => logger,
    isEnabled: () => true,
  };
  const bridge: Bridge = {
    pool,
    log,
    sent: [],
    stopped: [],
    runState: "running",
    answer: () => answered(202),
    ctx: {
      db,
      log: logger,
      clock: Date.now,
      random: () => 0.5,
      signals: localSignals(),
      secret: SECRET,
      publicUrl: "https://rainwire.test",
      hooksUrl: "https://rainwire.test/hooks",
      sender: {
        send: async (request) => {
          bridge.sent.push(request);
          return await bridge.answer(request);
        },
      },
      n8n: {
        stateOf: async () => bridge.runState,
        stop: async (_instance, id) => {
          bridge.stopped.push(id);
        },
      },
    },
    async map(trigger, change = {}, owner = null) {
      const workflowId = change.workflowId ?? "planning-agent";
      const made = await createMapping(db, owner, {
        trigger,
        workflowId,
        instanceId: "main",
        webhookPath: `webhook/${workflowId}`,
        operations: ["run:goals.read"],
        isActive: true,
        priority: 0,
        timeoutMs: 60_000,
        maxAttempts: 3,
        ...change,
      });
      if (isFailure(made)) throw new Error(made.detail);
      return made;
    },
    async submit(action, data, tenantId = "acme") {
      const caller = { tenantId, userId: "ada", cause: CAUSE };
      const submitted = await submitAction(bridge.ctx, caller, { action, data, context: {} });
      if (isFailure(submitted)) throw new Error(`${submitted.failure}: ${submitted.detail}`);
      return submitted.executionId;
    },
    async insertGoal(tenantId = "acme", id = crypto.randomUUID()) {
      await pool.query("insert into user_goals (id, tenant_id, user_id, title) values ($1, $2, 'ada', 'A goal')", [
        id,
        tenantId,
      ]);
      return id;
    },
    drain: (queues = [DISPATCH_QUEUE, DELIVERY_QUEUE]) => drain(bridge, queues),
    async pass(seconds) {
      const moves = [
        "update outbox set available_at = available_at - $1::interval",
        "update deliveries set next_attempt_at = next_attempt_at - $1::interval, lease_until = lease_until - $1::interval",
        "update n8n_instances set breaker_retry_at = breaker_retry_at - $1::interval",
        "update workflow_executions set deadline_at = deadline_at - $1::interval",
      ];
      for (const move of moves) await pool.query(move, [`${seconds} seconds`]);
    },
    async execution(id) {
      const [execution] = await db.query(sql<Execution>`${SELECT_EXECUTION} where x.id = ${id}`);
      if (!execution) throw new Error(`no execution ${id}`);
      return execution;
    },
    executions: () => db.query(sql<Execution>`${SELECT_EXECUTION} order by x.created_at, x.id`),
    async delivery(executionId) {
      const [delivery] = await db.query(sql<DeliveryRow>`select id, status, is_parked, attempts, fence, run_attempt,
        last_error, (extract(epoch from next_attempt_at - now()) * 1000)::float8 as wait_ms
        from deliveries where execution_id = ${executionId}`);
      if (!delivery) throw new Error(`execution ${executionId} has no delivery`);
      return delivery;
    },
    events: (name) => db.query(sql`select data, subject, subject_version from events where name = ${name} order by id`),
    async circuit() {
      const [row] = await db.query(sql<{ state: string; failures: number; waitMs: number | null }>`
        select breaker_state as state, breaker_failures as failures,
          (extract(epoch from breaker_retry_at - now()) * 1000)::float8 as wait_ms
        from n8n_instances where id = 'main'`);
      if (!row) throw new Error("no instance");
      return row;
    },
  };
  const refused = await putInstance(bridge.ctx, {
    id: "main",
    baseUrl: "http://n8n.test:5678",
    apiKey: "n8n-api-key",
    webhookKey: WEBHOOK_KEY,
    signingSecret: SIGNING_SECRET,
    errorKey: "error-key",
    concurrency,
  });
  if (refused) throw new Error(refused.detail);
  const drives = EVENT_NAMES.filter((name) => !/^(execution|circuit|webhook)\./.test(name));
  const subscription = { isOrdered: true, batchSize: 1, maxWaitMs: 0, attempts: 10, concurrency: 1, events: drives };
  await registerSubscriptions(db, [{ queue: DISPATCH_QUEUE, subscription }]);
  return bridge;
}

const DeliveryMessage = z.union([
  z.object({ deliveryId: z.uuid(), fence: z.int() }),
  z.object({ instanceId: z.string() }),
]);

interface OutboxRow {
  id: string;
  queue: string;
  eventId: string | null;
  body: unknown;
  attempts: number;
}

/** What a host's queue does, one message after the other: hand out, then delete; what throws stays. */
async function drain({ ctx }: Bridge, queues: readonly string[]): Promise<number> {
  for (let handled = 0; ; handled++) {
    const [row] = await ctx.db.query(sql<OutboxRow>`update outbox set attempts = attempts + 1
      where id = (select id from outbox where queue = any(${queues}) and available_at <= now() order by available_at, id limit 1)
      returning id, queue, event_id, body, attempts`);
    if (!row) return handled;
    await handle(ctx, row);
    await ctx.db.query(sql`delete from outbox where id = ${row.id}`);
  }
}

export async function handle(ctx: ReconcileContext, row: OutboxRow): Promise<void> {
  if (row.queue === DISPATCH_QUEUE) {
    await observe(ctx.db, messageOf({ eventId: row.eventId }), async (event) => {
      await driveEvent(ctx, event);
    });
    return;
  }
  const body = DeliveryMessage.parse(row.body);
  if ("instanceId" in body) await wakeInstance(ctx.db, body.instanceId);
  else await deliver(ctx, { ...body, isRedelivery: row.attempts > 1 });
}

export const messageOf = (body: unknown): Message => ({
  id: crypto.randomUUID(),
  timestamp: new Date(),
  body,
  attempts: 1,
  ack: () => undefined,
  retry: () => undefined,
});
