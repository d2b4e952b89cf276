import { z } from "zod";
import { GOAL_STATUSES, MILESTONE_STATUSES } from "../goals/tables.ts";

const goalId = z.uuid();
const title = z.string().trim().min(1).max(200);
const text = z.string().trim().min(1).max(10_000);
const day = z.iso.date();

/** Every action of the unified API, and what its `data` must be. Unknown members are refused by name. */
export const ACTIONS = {
  "goal.create": z.strictObject({
    title,
    description: z.string().max(10_000).optional(),
    targetDate: day.optional(),
  }),
  "goal.update": z.strictObject({
    goalId,
    title: title.optional(),
    description: z.string().max(10_000).optional(),
    targetDate: day.nullable().optional(),
    status: z.enum(GOAL_STATUSES).optional(),
  }),
  "milestone.create": z.strictObject({ goalId, title, dueDate: day.optional(), position: z.int().min(1).optional() }),
  "task.execute": z.strictObject({
    goalId,
    milestoneId: z.uuid().optional(),
    status: z.enum(MILESTONE_STATUSES).optional(),
    note: z.string().max(10_000).optional(),
  }),
  "service.activate": z.strictObject({
    service: z.string().trim().min(1).max(100),
    settings: z.record(z.string(), z.unknown()).optional(),
  }),
  "progress.review": z.strictObject({ goalId }),
  "feedback.analyze": z.strictObject({
    goalId,
    content: text.optional(),
    rating: z.int().min(1).max(5).optional(),
  }),
  "goal.validate": z.strictObject({ goalId }),
  "milestone.check": z.strictObject({ goalId, milestoneId: z.uuid().optional() }),
  "chat.process": z.strictObject({ message: text, goalId: goalId.optional() }),
  "notification.send": z.strictObject({ title, body: text, userId: z.string().optional(), goalId: goalId.optional() }),
} as const;

export type ActionName = keyof typeof ACTIONS;
export type ActionData<Name extends ActionName> = z.infer<(typeof ACTIONS)[Name]>;

export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[]; // safe: the table's own keys

export const isActionName = (name: string): name is ActionName => Object.hasOwn(ACTIONS, name);
