import { z } from "zod";
import { GOAL_STATUSES, INTERACTION_KINDS, JOURNEY_PHASES, MILESTONE_STATUSES } from "../goals/tables.ts";
import { ABUSE_KINDS } from "../limits/abuse-rules.ts";
import { SUBJECT_KINDS } from "../limits/subject-kinds.ts";
import { CACHING_EVENTS } from "./catalog/caching.ts";

const instant = z.string().min(20);
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

const ExecutionSettled = z.object({
  executionId: z.uuid(),
  workflowId: z.string().nullable(),
  trigger: z.string(),
  status: z.string(),
  attempt: z.int(),
  errorCode: z.string().nullable(),
});

const Circuit = z.object({ instanceId: z.string(), failures: z.int(), retryAt: instant.nullable() });

const AbuseDetected = z.object({
  incidentId: z.uuid(),
  kind: z.enum(ABUSE_KINDS),
  subjectKind: z.enum(SUBJECT_KINDS),
  subjectId: z.string(),
  count: z.int(),
  windowSeconds: z.int(),
  blocksToday: z.int(),
});

const BatchingDigest = z.object({
  since: instant,
  until: instant,
  budgetMs: z.number(),
  mostKeys: z.int(),
  kinds: z.array(
    z.object({
      kind: z.string(),
      loads: z.int(),
      equal: z.int(),
      statements: z.int(),
      savedShare: z.number(),
      waitP50Ms: z.number().nullable(),
      waitP99Ms: z.number().nullable(),
    }),
  ),
});

const EndpointDisabled = z.object({
  endpointId: z.uuid(),
  url: z.string(),
  reason: z.enum(["gone", "failing"]),
  failures: z.int(),
  firstFailedAt: instant.nullable(),
});

const usd = z.string().regex(/^-?\d+(\.\d+)?$/);
const period = z.string().regex(/^\d{4}-\d{2}$/);

const CostReport = z.object({
  noticeId: z.uuid(),
  period,
  stage: z.enum(["preliminary", "final"]).describe("`final` once the period is closed"),
  audience: z.string().describe("The tenant, or `platform` for the costs of all"),
  currency: z.literal("USD"),
  effective: usd,
  list: usd,
  previous: usd.nullable().describe("Effective cost of the month before; null: nothing was recorded"),
  changePercent: z.string().nullable(),
  movers: z.array(z.object({ function: z.string(), before: usd, after: usd, change: usd })),
  budgets: z.array(z.object({ name: z.string(), amount: usd, spent: usd, percent: z.string() })),
  link: z.string(),
});

const BudgetCrossed = z.object({
  noticeId: z.uuid(),
  budgetId: z.uuid(),
  name: z.string(),
  tenantId: z.string().nullable().describe("Whose costs; null: everybody's"),
  function: z.string().nullable().describe("null: every function's"),
  period,
  threshold: z.object({ percent: z.int(), of: z.enum(["actual", "forecast"]) }),
  currency: z.literal("USD"),
  amount: usd,
  spent: usd,
  forecast: z.object({ expected: usd, low: usd, high: usd }).nullable(),
  link: z.string(),
});

const RotationDue = z.object({
  keyId: z.uuid(), // the key whose next step it is; of a publication, the one that signs
  step: z.enum(["publish", "promote", "retire"]),
  reason: z.enum(["deadline", "requested"]),
  deadlineAt: instant.nullable(), // when it happens by itself; null: not without an approval
  requestedBy: z.string().nullable(),
  note: z.string().nullable(),
});

const Rotated = z.object({
  keyId: z.uuid(),
  step: z.enum(["publish", "promote", "retire"]),
  previousKeyId: z.uuid().nullable(),
});

const ReuseDetected = z.object({
  familyId: z.uuid(),
  userId: z.string(),
  sessionId: z.string(),
  generation: z.int(), // of the token that was used again
  currentGeneration: z.int(),
});

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

const settled = {
  executionId: "01900000-0000-7000-8000-000000000004",
  workflowId: "planning-agent",
  trigger: "goal.create",
  status: "succeeded",
  attempt: 1,
  errorCode: null,
} as const;

const circuit = { instanceId: "main", failures: 5, retryAt: "2026-11-20T10:00:05.000Z" } as const;

const endpoint = {
  endpointId: "01900000-0000-7000-8000-000000000006",
  url: "https://example.com/webhooks",
  reason: "failing",
  failures: 7200,
  firstFailedAt: "2026-11-15T10:00:00.000000+00:00",
} as const;

const costReport = {
  noticeId: "01900000-0000-8000-8000-000000000007",
  period: "2026-10",
  stage: "final",
  audience: "platform",
  currency: "USD",
  effective: "1234.5",
  list: "1180.25",
  previous: "1100",
  changePercent: "12.2",
  movers: [{ function: "api", before: "700", after: "815.75", change: "115.75" }],
  budgets: [{ name: "Everything", amount: "1500", spent: "1234.5", percent: "82.3" }],
  link: "https://rainwire.example.com/reports/?from=2026-10-01&to=2026-11-01",
} as const;

const budgetCrossed = {
  noticeId: "01900000-0000-8000-8000-000000000008",
  budgetId: "01900000-0000-7000-8000-000000000009",
  name: "Everything",
  tenantId: null,
  function: null,
  period: "2026-11",
  threshold: { percent: 80, of: "actual" },
  currency: "USD",
  amount: "1500",
  spent: "1210.75",
  forecast: { expected: "1702.1", low: "1655.4", high: "1748.8" },
  link: "https://rainwire.example.com/reports/budgets",
} as const;

const rotation = {
  keyId: "01900000-0000-7000-8000-000000000007",
  step: "publish",
  reason: "deadline",
  deadlineAt: "2026-11-20T10:00:00.000Z",
  requestedBy: null,
  note: null,
} as const;

const event = <Data extends z.ZodType>(about: string, data: Data, sample: z.input<Data>) => ({
  version: 1 as const,
  about,
  data,
  sample,
});

/**
 * Every event there is: what it tells, the shape of its `data` and a sample. A new shape is a new name.
 * Change events (goal, milestone, interaction) are written by row triggers only.
 */
export const EVENTS = {
  "action.requested": event(
    "An API consumer asked for an action.",
    z.object({
      action: z.string(),
      input: z.record(z.string(), z.unknown()),
      context: z.record(z.string(), z.unknown()),
    }),
    { action: "goal.create", input: { title: goal.title }, context: {} },
  ),
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
  "execution.succeeded": event("A workflow run completed.", ExecutionSettled, settled),
  "execution.failed": event("A workflow run failed for good.", ExecutionSettled, {
    ...settled,
    status: "failed",
    errorCode: "workflow_error",
  }),
  "execution.timed_out": event("A workflow run stayed silent through all its attempts.", ExecutionSettled, {
    ...settled,
    status: "timed_out",
    errorCode: "silent",
  }),
  "execution.cancelled": event("A workflow run was cancelled.", ExecutionSettled, { ...settled, status: "cancelled" }),
  "circuit.opened": event("An n8n instance fails; nothing is sent to it but probes.", Circuit, circuit),
  "circuit.closed": event("An n8n instance answers again.", Circuit, { ...circuit, failures: 0, retryAt: null }),
  "endpoint.disabled": event(
    "A webhook endpoint answered 410, or nothing but failures for days: no more is sent to it.",
    EndpointDisabled,
    endpoint,
  ),
  "limits.abuse_detected": event(
    "One caller was refused again and again, or somebody tries many passwords.",
    AbuseDetected,
    {
      incidentId: "01900000-0000-7000-8000-000000000007",
      kind: "credential_stuffing",
      subjectKind: "address",
      subjectId: "203.0.113.7",
      count: 15,
      windowSeconds: 600,
      blocksToday: 0,
    },
  ),
  "batching.digest_ready": event(
    "What coalescing of reads saved in the last whole hour, and what it cost.",
    BatchingDigest,
    {
      since: "2026-11-20T09:00:00.000Z",
      until: "2026-11-20T10:00:00.000Z",
      budgetMs: 5,
      mostKeys: 200,
      kinds: [
        { kind: "goals", loads: 5000, equal: 1200, statements: 700, savedShare: 0.86, waitP50Ms: 1, waitP99Ms: 4.5 },
      ],
    },
  ),
  ...CACHING_EVENTS,
  "costs.report_ready": event(
    "The costs of a month are ready to be read: once per period, audience and stage.",
    CostReport,
    {
      ...costReport,
      movers: [...costReport.movers],
      budgets: [...costReport.budgets],
    },
  ),
  "costs.budget_crossed": event(
    "A budget reached a threshold: once per budget, period and threshold.",
    BudgetCrossed,
    budgetCrossed,
  ),
  "costs.usage_incomplete": event(
    "A process served more invocations than left a record: what they cost is not known.",
    z.object({
      processId: z.int(),
      host: z.string(),
      served: z.int(),
      recorded: z.int(),
      missing: z.int(),
      newlyMissing: z.int(),
    }),
    { processId: 4711, host: "node", served: 120_000, recorded: 119_000, missing: 1_000, newlyMissing: 1_000 },
  ),
  "webhook.test": event(
    "A tenant tries one of its webhook endpoints; sent to that one only.",
    z.object({ endpointId: z.uuid() }),
    { endpointId: endpoint.endpointId },
  ),
  "tokens.rotation_due": event(
    "A signing key's next step may be taken: a workflow may take it now, the deadline takes it anyway.",
    RotationDue,
    rotation,
  ),
  "tokens.rotated": event("A signing key was published, began to sign, or left.", Rotated, {
    keyId: rotation.keyId,
    step: "promote",
    previousKeyId: "01900000-0000-7000-8000-000000000008",
  }),
  "tokens.reuse_detected": event("A refresh token was used a second time: its whole chain was ended.", ReuseDetected, {
    familyId: "01900000-0000-7000-8000-000000000009",
    userId: "user_1",
    sessionId: "01900000-0000-7000-8000-00000000000a",
    generation: 3,
    currentGeneration: 5,
  }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventData<Name extends EventName> = z.infer<(typeof EVENTS)[Name]["data"]>;

export const EVENT_NAMES = Object.keys(EVENTS) as EventName[]; // safe: the table's own keys

export const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
