import { z } from "zod";
import { EVENT_NAMES } from "#shared/events/catalog.ts";

const FAMILIES = [...new Set(EVENT_NAMES.map((name) => `${name.split(".")[0]}.*`))];
const PATTERNS: ReadonlySet<string> = new Set<string>(["*", ...FAMILIES, ...EVENT_NAMES]);
const MOST_EVENT_TYPES = 50;

const eventTypes = z
  .array(z.string().refine((pattern) => PATTERNS.has(pattern), "is no event type, `goal.*` or `*`"))
  .min(1)
  .max(MOST_EVENT_TYPES);
const subject = z.string().trim().min(1).max(200);
const description = z.string().trim().max(500);

/** What a webhook endpoint must be; its URL is checked by the verb, which knows the operator's list. */
export const EndpointInput = z.strictObject({
  url: z.string().min(1).max(2000).describe("Where events are posted; http or https"),
  eventTypes: eventTypes.default(["*"]).describe("Names, families such as `goal.*`, or `*` for all"),
  subject: subject.optional().describe("Only events about it; `*` stands for anything, e.g. `goals/*`"),
  description: description.default(""),
  isOrdered: z.boolean().default(false).describe("Of one subject, the next event waits for the one before"),
});
export type EndpointInput = z.infer<typeof EndpointInput>;

/** A change of one: what is named. */
export const EndpointChange = z.strictObject({
  url: EndpointInput.shape.url.optional(),
  eventTypes: eventTypes.optional(),
  subject: subject.nullable().optional().describe("null: every subject"),
  description: description.optional(),
  isOrdered: z.boolean().optional().describe("Holds for events from now on"),
  status: z
    .enum(["active", "paused"])
    .optional()
    .describe("`paused` keeps events for later; `active` goes on, also after it was disabled"),
});
export type EndpointChange = z.infer<typeof EndpointChange>;
