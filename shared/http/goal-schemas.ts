import { z } from "@hono/zod-openapi";
import { GOAL_STATUSES, INTERACTION_KINDS, JOURNEY_PHASES, MILESTONE_STATUSES } from "#shared/goals/tables.ts";
import { Instant } from "./schemas.ts";

/** The reference domain as every edge shows it. */

const version = z.int().describe("Raised at every change; the `ETag`");
const title = z.string().trim().min(1).max(200);
const Day = z.iso.date().describe("A day, e.g. `2027-04-18`");

export const Goal = z
  .object({
    id: z.uuid(),
    userId: z.string(),
    title: z.string(),
    description: z.string(),
    status: z.enum(GOAL_STATUSES),
    phase: z.enum(JOURNEY_PHASES),
    progressPercent: z.int().describe("What was last recorded"),
    targetDate: Day.nullable(),
    validation: z.unknown().describe("`{isValid, findings}` as a workflow wrote it; null: never validated"),
    version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi("Goal");

export const Milestone = z
  .object({
    id: z.uuid(),
    goalId: z.uuid(),
    title: z.string(),
    position: z.int().describe("1 is the first step"),
    status: z.enum(MILESTONE_STATUSES),
    dueDate: Day.nullable(),
    version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi("Milestone");

export const GoalWithMilestones = Goal.extend({ milestones: z.array(Milestone) }).openapi("GoalWithMilestones");

export const GoalInList = Goal.extend({
  milestones: z.array(Milestone).optional().describe("With `include=milestones`"),
}).openapi("GoalInList");

export const GoalProgress = z
  .object({
    goalId: z.uuid(),
    percent: z.int().describe("Milestones done among those not skipped; without any, what was last recorded"),
    recordedPercent: z.int(),
    counts: z.record(z.enum(MILESTONE_STATUSES), z.int()),
    nextMilestone: Milestone.nullable(),
    overdue: z.array(Milestone).describe("Due before today (UTC) and neither done nor skipped"),
  })
  .openapi("GoalProgress");

export const GoalInput = z
  .strictObject({
    title: title.openapi({ example: "Run a half marathon" }),
    description: z.string().max(10_000).optional(),
    targetDate: Day.optional(),
  })
  .openapi("GoalInput");

export const GoalChange = z
  .strictObject({
    title: title.optional(),
    description: z.string().max(10_000).optional(),
    targetDate: Day.nullable().optional().describe("null removes the date"),
    status: z.enum(GOAL_STATUSES).optional(),
    phase: z.enum(JOURNEY_PHASES).optional(),
    progressPercent: z.int().min(0).max(100).optional(),
  })
  .openapi("GoalChange");

export const MilestoneInput = z
  .strictObject({
    title: title.openapi({ example: "Run 10 km without a break" }),
    position: z.int().min(1).max(10_000).optional().describe("Default: after the last one"),
    dueDate: Day.optional(),
  })
  .openapi("MilestoneInput");

export const MilestoneChange = z
  .strictObject({
    title: title.optional(),
    position: z.int().min(1).max(10_000).optional(),
    status: z.enum(MILESTONE_STATUSES).optional(),
    dueDate: Day.nullable().optional().describe("null removes the date"),
  })
  .openapi("MilestoneChange");

export const Interaction = z
  .object({
    id: z.uuid(),
    userId: z.string(),
    goalId: z.uuid().nullable(),
    kind: z.enum(INTERACTION_KINDS),
    author: z.enum(["user", "assistant"]),
    content: z.string(),
    rating: z.int().nullable(),
    inReplyTo: z.uuid().nullable(),
    version,
    createdAt: Instant,
  })
  .openapi("Interaction");

export const InteractionInput = z
  .strictObject({
    kind: z.enum(INTERACTION_KINDS).default("chat"),
    content: z.string().trim().min(1).max(10_000).openapi({ example: "How am I doing?" }),
    goalId: z.uuid().optional(),
    rating: z.int().min(1).max(5).optional(),
    inReplyTo: z.uuid().optional(),
  })
  .openapi("InteractionInput");

export const Notification = z
  .object({
    id: z.uuid(),
    userId: z.string(),
    goalId: z.uuid().nullable(),
    title: z.string(),
    body: z.string(),
    status: z.enum(["requested", "delivered", "failed"]),
    channels: z.array(
      z.object({
        channel: z.enum(["in_app", "webhook"]),
        status: z.enum(["delivered", "failed"]),
        detail: z.string().optional().describe("Why it failed"),
      }),
    ),
    createdAt: Instant,
    deliveredAt: Instant.nullable(),
    readAt: Instant.nullable(),
  })
  .openapi("Notification");
