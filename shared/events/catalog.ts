import type { z } from "zod";
import { ACTION_EVENTS } from "./catalog/actions.ts";
import { BATCHING_EVENTS } from "./catalog/batching.ts";
import { CACHING_EVENTS } from "./catalog/caching.ts";
import { COST_EVENTS } from "./catalog/costs.ts";
import { GOAL_EVENTS } from "./catalog/goals.ts";
import { LIMIT_EVENTS } from "./catalog/limits.ts";
import { TOKEN_EVENTS } from "./catalog/tokens.ts";
import { WEBHOOK_EVENTS } from "./catalog/webhooks.ts";
import { WORKFLOW_EVENTS } from "./catalog/workflows.ts";

/**
 * Every event there is: what it tells, the shape of its `data` and a sample, by subject in `catalog/`. A new shape is a new name.
 * Change events (goal, milestone, interaction) are written by row triggers only.
 */
export const EVENTS = {
  ...ACTION_EVENTS,
  ...GOAL_EVENTS,
  ...WORKFLOW_EVENTS,
  ...LIMIT_EVENTS,
  ...BATCHING_EVENTS,
  ...CACHING_EVENTS,
  ...COST_EVENTS,
  ...WEBHOOK_EVENTS,
  ...TOKEN_EVENTS,
};

export type EventName = keyof typeof EVENTS;
export type EventData<Name extends EventName> = z.infer<(typeof EVENTS)[Name]["data"]>;

export const EVENT_NAMES = Object.keys(EVENTS) as EventName[]; // safe: the table's own keys

export const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
