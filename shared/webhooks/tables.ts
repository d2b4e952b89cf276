import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

export const ENDPOINT_STATUSES = [
  "active",
  "paused", // by its tenant: events are kept and sent when it goes on
  "disabled", // it answered 410, or nothing but failures for days: events pass it by
] as const;

/** A URL that a tenant subscribed to event types. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    tenantId: text("tenant_id").notNull(),
    url: text("url").notNull(),
    description: text("description").notNull().default(""),
    eventTypes: text("event_types").array().notNull(), // names, `goal.*` or `*`
    subject: text("subject"), // glob, `*` for anything; null: every subject
    subjectLike: text("subject_like"), // the same for LIKE
    isOrdered: boolean("is_ordered").notNull().default(false), // of one subject, one event at a time
    status: text("status", { enum: ENDPOINT_STATUSES }).notNull().default("active"),
    statusReason: text("status_reason", { enum: ["gone", "failing"] }), // why it was disabled
    secretEncrypted: text("secret_encrypted").notNull(), // whsec_…
    previousSecretEncrypted: text("previous_secret_encrypted"), // signs too, until
    previousSecretUntil: instant("previous_secret_until"),
    failures: integer("failures").notNull().default(0), // requests in a row; a success clears what follows too
    firstFailedAt: instant("first_failed_at"),
    openings: integer("openings").notNull().default(0), // of its circuit, in a row; sets the next wait
    blockedUntil: instant("blocked_until"), // its circuit is open
    wakeAt: instant("wake_at"), // when its next wake message is due; null: none is on its way
    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (t) => [
    index("webhook_endpoints_tenant_index").on(t.tenantId, t.createdAt, t.id),
    index("webhook_endpoints_ordered_index").on(t.tenantId).where(sql`is_ordered`), // rainwire_emit asks it
  ],
);

export const ENDPOINT_DELIVERY_STATUSES = ["queued", "delivered", "dead"] as const;

/**
 * One event for one endpoint. No index holds a column that the usual way from queued to delivered changes, so that
 * it is one insert and one in-page (HOT) update. No foreign key: its lock on the endpoint's row would be shared by all.
 */
export const endpointDeliveries = pgTable(
  "endpoint_deliveries",
  {
    endpointId: uuid("endpoint_id").notNull(),
    eventId: uuid("event_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    eventType: text("event_type").notNull(),
    status: text("status", { enum: ENDPOINT_DELIVERY_STATUSES }).notNull().default("queued"),
    attempts: integer("attempts").notNull().default(0),
    dueAt: instant("due_at"), // when a wake may take it; null: its message holds it, an earlier event does, or it is settled
    orderKey: text("order_key"), // the subject, while it is queued for an endpoint that keeps order
    orderVersion: bigint("order_version", { mode: "number" }).notNull(),
    httpStatus: integer("http_status"), // of the last answer
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    settledAt: instant("settled_at"),
    diedAt: instant("died_at"),
  },
  (t) => [
    primaryKey({ columns: [t.endpointId, t.eventId] }),
    index("endpoint_deliveries_due_index").on(t.endpointId, t.dueAt).where(sql`due_at is not null`),
    index("endpoint_deliveries_order_index")
      .on(t.endpointId, t.orderKey, t.orderVersion)
      .where(sql`order_key is not null`),
    index("endpoint_deliveries_dead_index").on(t.endpointId, t.eventId).where(sql`died_at is not null`),
  ],
);

/** One request of a delivery. Partitioned by day on the time inside its id (migrations). */
export const endpointAttempts = pgTable(
  "endpoint_attempts",
  {
    id: uuid("id").notNull().default(sql`uuidv7()`),
    endpointId: uuid("endpoint_id").notNull(),
    eventId: uuid("event_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    attempt: integer("attempt").notNull(),
    outcome: text("outcome").notNull(), // delivered, retry, dead
    httpStatus: integer("http_status"), // null: no answer
    error: text("error"),
    answer: text("answer"), // how the body of a failed request's answer begins
    durationMs: integer("duration_ms").notNull(),
    startedAt: instant("started_at").notNull(),
  },
  (t) => [index("endpoint_attempts_delivery_index").on(t.endpointId, t.eventId)],
);
