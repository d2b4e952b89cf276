import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/** What was set for one subject, or for all of a kind. A row is never changed but to lift it. */
export const limitOverrides = pgTable(
  "limit_overrides",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    tenantId: text("tenant_id"), // whose subject it is; null: nobody's, such as an address
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(), // "*": every subject of the kind
    isBlock: boolean("is_block").notNull(),
    limit: integer("limit_units"), // null: the policy's own quota
    windowMs: integer("window_ms"),
    burst: integer("burst"),
    mode: text("mode", { enum: ["enforce", "shadow"] }), // null: the policy's own
    reason: text("reason").notNull(),
    setBy: text("set_by").notNull(), // user:…, key:…, execution:…
    incidentId: uuid("incident_id"), // what it answers
    until: instant("until"), // null: until it is lifted
    createdAt: instant("created_at").notNull().default(sql`now()`),
    liftedAt: instant("lifted_at"),
    liftedBy: text("lifted_by"),
  },
  (t) => [
    uniqueIndex("limit_overrides_subject_unique")
      .on(t.subjectKind, t.subjectId, t.isBlock)
      .where(sql`lifted_at is null`),
    index("limit_overrides_ended_index").on(t.createdAt).where(sql`lifted_at is not null or until is not null`),
  ],
);

/** What was decided by operation and hour, all processes together. */
export const limitStatistics = pgTable(
  "limit_statistics",
  {
    hour: instant("hour").notNull(),
    route: text("route").notNull(), // an operationId; "(address)": before authentication
    admitted: bigint("admitted", { mode: "number" }).notNull(),
    refused: bigint("refused", { mode: "number" }).notNull(),
    shadowed: bigint("shadowed", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ name: "limit_statistics_pk", columns: [t.hour, t.route] })],
);

/** Abuse that was noticed; at most once per subject, kind and window. */
export const abuseIncidents = pgTable(
  "abuse_incidents",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(), // "platform": nobody's
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(),
    kind: text("kind").notNull(),
    count: integer("count").notNull(),
    windowMs: integer("window_ms").notNull(),
    windowStart: instant("window_start").notNull(),
    status: text("status", { enum: ["open", "asked", "blocked", "limited", "dismissed"] })
      .notNull()
      .default("open"),
    decidedBy: text("decided_by"),
    reason: text("reason"),
    decidedAt: instant("decided_at"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("abuse_incidents_window_unique").on(t.subjectKind, t.subjectId, t.kind, t.windowStart),
    index("abuse_incidents_list_index").on(t.createdAt, t.id),
  ],
);
