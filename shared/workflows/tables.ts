import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

export const n8nInstances = pgTable("n8n_instances", {
  id: text("id").primaryKey(), // a short name, e.g. "main"
  baseUrl: text("base_url").notNull(),
  apiKeyEncrypted: text("api_key_encrypted"), // null: no look-ups in n8n
  webhookKeyEncrypted: text("webhook_key_encrypted").notNull(), // sent as x-rainwire-key; n8n refuses calls without it
  signingSecretEncrypted: text("signing_secret_encrypted").notNull(), // whsec_…, printable ASCII inside
  errorKeyHash: text("error_key_hash"), // SHA-256 (hex) of the bearer key that error-handler presents
  concurrency: integer("concurrency").notNull().default(8), // webhook requests in flight at most
  webhookTimeoutMs: integer("webhook_timeout_ms").notNull().default(30_000), // workflows that reply after their work have this long
  breakerState: text("breaker_state", { enum: ["closed", "open", "half_open"] })
    .notNull()
    .default("closed"),
  breakerFailures: integer("breaker_failures").notNull().default(0), // in a row
  breakerOpenings: integer("breaker_openings").notNull().default(0), // in a row; sets the next wait
  breakerRetryAt: instant("breaker_retry_at"),
  createdAt: instant("created_at").notNull().default(sql`now()`),
});

export const workflowMappings = pgTable(
  "workflow_mappings",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    tenantId: text("tenant_id"), // null: holds for every tenant; changed by operators only
    trigger: text("trigger").notNull(), // an action or event name; "*" is the fallback for actions
    workflowId: text("workflow_id").notNull(), // e.g. planning-agent
    instanceId: text("instance_id")
      .notNull()
      .references(() => n8nInstances.id),
    webhookPath: text("webhook_path").notNull(), // below the instance's base URL
    operations: jsonb("operations").notNull(), // scopes of the token that the run is given
    isActive: boolean("is_active").notNull().default(true),
    priority: integer("priority").notNull().default(0), // the highest active one of a trigger drives
    timeoutMs: integer("timeout_ms").notNull().default(120_000), // silence after which a run is looked up
    maxAttempts: integer("max_attempts").notNull().default(3), // runs of one execution
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("workflow_mappings_trigger_unique").on(t.tenantId, t.trigger, t.workflowId).nullsNotDistinct(),
    index("workflow_mappings_trigger_index").on(t.trigger).where(sql`is_active`),
  ],
);

export const EXECUTION_STATUSES = [
  "pending", // written, not yet accepted by n8n
  "dispatched", // n8n accepted the webhook
  "running", // the workflow claimed it
  "waiting", // for a person or a timer
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
] as const;

export const workflowExecutions = pgTable(
  "workflow_executions",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    mappingId: uuid("mapping_id"),
    workflowId: text("workflow_id"), // null until mapped
    instanceId: text("instance_id"),
    workflowVersion: text("workflow_version"), // n8n's version id, told at the claim
    n8nExecutionId: text("n8n_execution_id"),
    n8nWorkflowId: text("n8n_workflow_id"),
    triggerType: text("trigger_type", { enum: ["action", "event"] }).notNull(),
    trigger: text("trigger").notNull(), // the action or event name
    eventId: uuid("event_id").notNull(), // the event that drives it
    actor: text("actor"),
    payload: jsonb("payload").notNull(),
    subject: text("subject"), // what it is about, e.g. goals/018f…
    status: text("status", { enum: EXECUTION_STATUSES }).notNull().default("pending"),
    attempt: integer("attempt").notNull().default(1),
    maxAttempts: integer("max_attempts").notNull().default(3),
    timeoutMs: integer("timeout_ms").notNull().default(120_000),
    deadlineAt: instant("deadline_at"), // when silence becomes suspicious
    result: jsonb("result"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    traceparent: text("traceparent"),
    hop: integer("hop").notNull().default(0),
    version: integer("version").notNull().default(1), // raised at every change of state
    createdAt: instant("created_at").notNull().default(sql`now()`),
    dispatchedAt: instant("dispatched_at"),
    startedAt: instant("started_at"),
    completedAt: instant("completed_at"),
  },
  (t) => [
    unique("workflow_executions_tenant_id_unique").on(t.tenantId, t.id),
    index("workflow_executions_list_index").on(t.tenantId, t.createdAt, t.id),
    index("workflow_executions_overdue_index")
      .on(t.deadlineAt)
      .where(sql`status in ('dispatched', 'running', 'waiting')`),
    index("workflow_executions_n8n_index").on(t.instanceId, t.n8nExecutionId),
  ],
);

/** One webhook to be delivered: the envelope of an execution's event, to its workflow. */
export const deliveries = pgTable(
  "deliveries",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    executionId: uuid("execution_id").notNull(),
    eventId: uuid("event_id").notNull(),
    destination: text("destination").notNull(), // an n8n instance's id
    orderKey: text("order_key").notNull(), // the event's subject
    orderVersion: bigint("order_version", { mode: "number" }).notNull(),
    runAttempt: integer("run_attempt").notNull().default(1), // the execution's attempt it drives
    status: text("status", { enum: ["queued", "sending", "delivered", "dead", "cancelled"] })
      .notNull()
      .default("queued"),
    attempts: integer("attempts").notNull().default(0), // requests made for this run attempt
    maxAttempts: integer("max_attempts").notNull().default(12),
    nextAttemptAt: instant("next_attempt_at").notNull().default(sql`now()`),
    isParked: boolean("is_parked").notNull().default(false), // no message: waits for a slot, its turn or the circuit
    fence: integer("fence").notNull().default(0), // raised at every start: an older sender's outcome is ignored
    leaseUntil: instant("lease_until"), // while sending, and while a slot is kept for one that was woken
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    settledAt: instant("settled_at"),
  },
  (t) => [
    uniqueIndex("deliveries_execution_unique").on(t.executionId),
    index("deliveries_list_index").on(t.tenantId, t.createdAt, t.id),
    foreignKey({
      name: "deliveries_execution_fk",
      columns: [t.tenantId, t.executionId],
      foreignColumns: [workflowExecutions.tenantId, workflowExecutions.id],
    }).onDelete("cascade"),
    index("deliveries_slot_index").on(t.destination).where(sql`lease_until is not null`),
    index("deliveries_parked_index").on(t.destination, t.tenantId, t.nextAttemptAt).where(sql`is_parked`),
    index("deliveries_order_index")
      .on(t.destination, t.orderKey, t.orderVersion)
      .where(sql`status in ('queued', 'sending')`),
  ],
);

/** One request of a delivery. Partitioned by day on the time inside its id (migrations). */
export const deliveryAttempts = pgTable(
  "delivery_attempts",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    deliveryId: uuid("delivery_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    runAttempt: integer("run_attempt").notNull(),
    attempt: integer("attempt").notNull(),
    outcome: text("outcome").notNull(), // accepted, replied, retry, dead
    httpStatus: integer("http_status"), // null: no answer
    error: text("error"),
    durationMs: integer("duration_ms").notNull(),
    startedAt: instant("started_at").notNull(),
  },
  (t) => [index("delivery_attempts_delivery_index").on(t.deliveryId)],
);
