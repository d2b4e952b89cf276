import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** The append-only history. Partitioned by day on the time inside its id (migrations). */
export const events = pgTable(
  "events",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text("name").notNull(),
    subject: text("subject").notNull(), // e.g. goals/018f…
    subjectVersion: bigint("subject_version", { mode: "number" }).notNull(), // taken under the aggregate's row lock
    data: jsonb("data").notNull(),
    actor: text("actor"), // user:…, key:…, execution:…; null for plain SQL
    executionId: uuid("execution_id"), // the run that caused it
    traceparent: text("traceparent"),
    causationId: uuid("causation_id"), // the event that caused it
    hop: integer("hop").notNull().default(0), // runs between this event and the first cause
    occurredAt: instant("occurred_at").notNull().default(sql`now()`),
  },
  (t) => [index("events_tenant_index").on(t.tenantId, t.id)], // a tenant's history from a time on
);

/** Which queue hears of which event; written at start from the observers' `subscription` exports. */
export const eventSubscriptions = pgTable(
  "event_subscriptions",
  {
    eventName: text("event_name").notNull(),
    queue: text("queue").notNull(),
    isOrdered: boolean("is_ordered").notNull(),
  },
  (t) => [primaryKey({ columns: [t.eventName, t.queue] })],
);

/**
 * What is still to be handled. A row is an event's claim on a queue (`event_id`) or a plain message (`body`).
 * Deleting the row in the batch of its effect is the consumer's claim: the second delete hits nothing.
 */
export const outbox = pgTable(
  "outbox",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    queue: text("queue").notNull(),
    eventId: uuid("event_id"),
    body: jsonb("body"),
    tenantId: text("tenant_id"), // null: the platform's own
    subject: text("subject"), // set where order is kept
    subjectVersion: bigint("subject_version", { mode: "number" }),
    attempts: integer("attempts").notNull().default(0),
    availableAt: instant("available_at").notNull().default(sql`now()`), // also the end of a lease
    leasedBy: integer("leased_by"), // the host process that holds the lease
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("outbox_event_queue_unique").on(t.eventId, t.queue),
    index("outbox_due_index").on(t.queue, t.availableAt),
    index("outbox_tenant_index").on(t.queue, sql`coalesce(${t.tenantId}, '-')`, t.availableAt), // whose turn it is
    index("outbox_order_index").on(t.queue, t.subject, t.subjectVersion).where(sql`subject is not null`),
  ],
);

/** What was given up, with the reason, until somebody replays or dismisses it. */
export const deadLetters = pgTable(
  "dead_letters",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    tenantId: text("tenant_id"),
    queue: text("queue").notNull(),
    eventId: uuid("event_id"),
    body: jsonb("body"),
    deliveryId: uuid("delivery_id"), // set when a webhook was given up
    executionId: uuid("execution_id"),
    reason: text("reason").notNull(), // a code of shared/kernel/errors.ts or of the delivery
    detail: text("detail"),
    attempts: integer("attempts").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    replayedAt: instant("replayed_at"),
  },
  (t) => [index("dead_letters_open_index").on(t.tenantId, t.id).where(sql`replayed_at is null`)],
);
