import { z } from "zod";
import { SCOPES, type Scope } from "#shared/accounts/scopes.ts";
import { isActionName } from "#shared/actions/catalog.ts";
import { isEventName } from "#shared/events/catalog.ts";

/** What every run's token carries by itself. */
const GIVEN: readonly Scope[] = ["run:claim", "run:complete"];

/** What a mapping may let its runs do. */
const RUN_OPERATIONS = Object.keys(SCOPES).filter(
  (scope) => scope.startsWith("run:") && !GIVEN.some((given) => given === scope),
);

const isTrigger = (name: string): boolean => name === "*" || isActionName(name) || isEventName(name);

/** Relative, and with nothing in it that a URL parser would resolve: it stays below the instance's base URL. */
const isPlainPath = (path: string): boolean =>
  /^[\w.~-]+(\/[\w.~-]+)*$/.test(path) && !path.split("/").some((part) => part === "." || part === "..");

/** What a workflow mapping must be. */
export const MappingInput = z.strictObject({
  trigger: z.string().refine(isTrigger, "is neither an action, an event nor *"),
  workflowId: z.string().trim().min(1).max(200),
  instanceId: z.string().min(1).max(200),
  webhookPath: z.string().max(500).refine(isPlainPath, "is not a relative path such as webhook/planning-agent"),
  operations: z
    .array(z.string().refine((scope) => RUN_OPERATIONS.includes(scope), `is none of ${RUN_OPERATIONS.join(", ")}`))
    .max(RUN_OPERATIONS.length),
  isActive: z.boolean().default(true),
  priority: z.int().min(-1000).max(1000).default(0),
  timeoutMs: z.int().min(1_000).max(86_400_000).default(120_000),
  maxAttempts: z.int().min(1).max(100).default(3),
});

/** A change of one: what is named. */
export const MappingChange = z.strictObject({
  trigger: MappingInput.shape.trigger.optional(),
  workflowId: MappingInput.shape.workflowId.optional(),
  instanceId: MappingInput.shape.instanceId.optional(),
  webhookPath: MappingInput.shape.webhookPath.optional(),
  operations: MappingInput.shape.operations.optional(),
  isActive: z.boolean().optional(),
  priority: MappingInput.shape.priority.unwrap().optional(),
  timeoutMs: MappingInput.shape.timeoutMs.unwrap().optional(),
  maxAttempts: MappingInput.shape.maxAttempts.unwrap().optional(),
});
