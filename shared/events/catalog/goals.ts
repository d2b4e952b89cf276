import { z } from "zod";
import { GOAL_STATUSES, INTERACTION_KINDS, JOURNEY_PHASES, MILESTONE_STATUSES } from "../../goals/tables.ts";
import { event, instant } from "./event.ts";

const day = z.iso.date();

const Goal = z.object({
  id: z.uuid(),
  userId: z.string(),
  title: z.string(),
  description: z.string(),
  status: z.enum(GOAL_STATUSES),
  phase: z.enum(JOURNEY_PHASES),
  progressPercent: z.int(),
  targetDate: day.nullable(),
  validation: z.unknown(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
});

const Milestone = z.object({
  id: z.uuid(),
  goalId: z.uuid(),
  title: z.string(),
  position: z.int(),
  status: z.enum(MILESTONE_STATUSES),
  dueDate: day.nullable(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
});

const Interaction = z.object({
  id: z.uuid(),
  userId: z.string(),
  goalId: z.uuid().nullable(),
  kind: z.enum(INTERACTION_KINDS),
  author: z.enum(["user", "assistant"]),
  content: z.string(),
  rating: z.int().nullable(),
  inReplyTo: z.uuid().nullable(),
  version: z.int(),
  createdAt: instant,
});

const changed = { changed: z.array(z.string()) };

const goal = {
  id: "01900000-0000-7000-8000-000000000001",
  userId: "user_1",
  title: "Run a half marathon",
  description: "Under two hours, in spring.",
  status: "active",
  phase: "planning",
  progressPercent: 20,
  targetDate: "2027-04-18",
  validation: null,
  version: 3,
  createdAt: "2026-11-20T09:00:00.000000+00:00",
  updatedAt: "2026-11-20T10:00:00.000000+00:00",
} as const;

const milestone = {
  id: "01900000-0000-7000-8000-000000000002",
  goalId: goal.id,
  title: "Run 10 km without a break",
  position: 1,
  status: "pending",
  dueDate: "2027-01-15",
  version: 1,
  createdAt: goal.createdAt,
  updatedAt: goal.createdAt,
} as const;

const interaction = {
  id: "01900000-0000-7000-8000-000000000003",
  userId: "user_1",
  goalId: goal.id,
  kind: "chat",
  author: "user",
  content: "How am I doing?",
  rating: null,
  inReplyTo: null,
  version: 1,
  createdAt: goal.createdAt,
} as const;

export const GOAL_EVENTS = {
  "goal.created": event("A goal was written.", Goal, goal),
  "goal.updated": event("A goal changed.", Goal.extend(changed), { ...goal, changed: ["title"] }),
  "goal.deleted": event("A goal was deleted.", Goal, goal),
  "milestone.created": event("A milestone was written.", Milestone, milestone),
  "milestone.updated": event("A milestone changed.", Milestone.extend(changed), { ...milestone, changed: ["status"] }),
  "milestone.deleted": event("A milestone was deleted.", Milestone, milestone),
  "interaction.created": event("A user or an assistant said something.", Interaction, interaction),
  "interaction.updated": event("An interaction changed.", Interaction.extend(changed), {
    ...interaction,
    changed: ["content"],
  }),
  "interaction.deleted": event("An interaction was deleted.", Interaction, interaction),
  "notification.delivered": event(
    "A notification reached at least one channel.",
    z.object({ notificationId: z.uuid(), userId: z.string(), channels: z.array(z.string()) }),
    { notificationId: "01900000-0000-7000-8000-000000000005", userId: "user_1", channels: ["in_app"] },
  ),
} as const;
