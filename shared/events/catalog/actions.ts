import { z } from "zod";
import { event } from "./event.ts";

export const ACTION_EVENTS = {
  "action.requested": event(
    "An API consumer asked for an action.",
    z.object({
      action: z.string(),
      input: z.record(z.string(), z.unknown()),
      context: z.record(z.string(), z.unknown()),
    }),
    { action: "goal.create", input: { title: "Run a half marathon" }, context: {} },
  ),
} as const;
