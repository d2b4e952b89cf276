import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

const version = () => bigint("version", { mode: "number" }).notNull().default(1); // raised by the row trigger

export const GOAL_STATUSES = ["draft", "active", "completed", "cancelled"] as const;
export const JOURNEY_PHASES = ["exploring", "planning", "acting", "reviewing", "achieved"] as const;

export const userGoals = pgTable(
  "user_goals",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    status: text("status", { enum: GOAL_STATUSES }).notNull().default("draft"),
    phase: text("phase", { enum: JOURNEY_PHASES }).notNull().default("exploring"),
    progressPercent: integer("progress_percent").notNull().default(0),
    targetDate: date("target_date"),
    validation: jsonb("validation"), // {isValid, findings[]}; null: never validated
    version: version(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("user_goals_tenant_id_unique").on(t.tenantId, t.id),
    index("user_goals_list_index").on(t.tenantId, t.createdAt, t.id),
    index("user_goals_tenant_user_index").on(t.tenantId, t.userId, t.createdAt, t.id),
  ],
);

export const MILESTONE_STATUSES = ["pending", "in_progress", "done", "skipped"] as const;

export const milestones = pgTable(
  "milestones",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    goalId: uuid("goal_id").notNull(),
    title: text("title").notNull(),
    position: integer("position").notNull(), // 1 is the first step
    status: text("status", { enum: MILESTONE_STATUSES }).notNull().default("pending"),
    dueDate: date("due_date"),
    version: version(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("milestones_tenant_id_unique").on(t.tenantId, t.id),
    foreignKey({
      name: "milestones_goal_fk",
      columns: [t.tenantId, t.goalId],
      foreignColumns: [userGoals.tenantId, userGoals.id],
    }).onDelete("cascade"),
    index("milestones_goal_index").on(t.tenantId, t.goalId, t.position),
  ],
);

export const INTERACTION_KINDS = ["chat", "feedback", "review", "service"] as const;

export const userInteractions = pgTable(
  "user_interactions",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    goalId: uuid("goal_id"),
    kind: text("kind", { enum: INTERACTION_KINDS }).notNull(),
    author: text("author", { enum: ["user", "assistant"] }).notNull(),
    content: text("content").notNull(),
    rating: integer("rating"), // 1 to 5, for feedback
    inReplyTo: uuid("in_reply_to"),
    version: version(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (t) => [
    foreignKey({
      name: "user_interactions_goal_fk",
      columns: [t.tenantId, t.goalId],
      foreignColumns: [userGoals.tenantId, userGoals.id],
    }).onDelete("cascade"),
    index("user_interactions_list_index").on(t.tenantId, t.createdAt, t.id),
    index("user_interactions_goal_index").on(t.tenantId, t.goalId, t.createdAt, t.id),
  ],
);

export const notifications = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    goalId: uuid("goal_id"),
    title: text("title").notNull(),
    body: text("body").notNull(),
    status: text("status", { enum: ["requested", "delivered", "failed"] }).notNull(),
    channels: jsonb("channels").notNull(), // {channel, status, detail?}[]
    createdAt: instant("created_at").notNull().default(sql`now()`),
    deliveredAt: instant("delivered_at"),
    readAt: instant("read_at"),
  },
  (t) => [
    index("notifications_list_index").on(t.tenantId, t.createdAt, t.id),
    index("notifications_user_index").on(t.tenantId, t.userId, t.createdAt, t.id),
  ],
);

/** Channels that a tenant configures; `in_app` needs none. */
export const CHANNEL_KINDS = ["webhook"] as const;

/** Where a tenant's notifications go beside the app itself. */
export const notificationChannels = pgTable(
  "notification_channels",
  {
    tenantId: text("tenant_id").notNull(),
    kind: text("kind", { enum: CHANNEL_KINDS }).notNull(),
    url: text("url").notNull(),
    signingSecretEncrypted: text("signing_secret_encrypted"), // whsec_…; null: sent unsigned
    isActive: boolean("is_active").notNull().default(true),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ name: "notification_channels_pk", columns: [t.tenantId, t.kind] })],
);
