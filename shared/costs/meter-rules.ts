import type { EvidenceClass } from "./ledger/evidence.ts";
import type { UsageSum } from "./usage-sums.ts";

/** A weighted sum of what was counted: linear, so that parts of usage add up to the whole whatever the cut. */
export type Terms = Readonly<Partial<Record<UsageSum, string>>>;

/** What of a meter's quantity was come by in one way. */
export interface MeterPart {
  readonly evidence: Extract<EvidenceClass, "metered" | "estimated">;
  readonly terms: Terms;
  /** Only of these functions; all unless told. */
  readonly functions?: readonly string[];
}

/** How usage records become the quantity of a meter. */
export interface MeterRule {
  readonly parts: readonly MeterPart[];
  /** Invocations of which the quantity was not measured. */
  readonly unmeasured?: UsageSum;
}

const CPU_MS: MeterRule = {
  parts: [
    { evidence: "metered", terms: { cpuMeasuredUs: "0.001" } },
    { evidence: "estimated", terms: { cpuEstimatedUs: "0.001" } },
  ],
  unmeasured: "cpuUnmeasured",
};

const counted = (sum: UsageSum): MeterRule => ({
  parts: [{ evidence: "metered", terms: { [sum]: "1" } }],
  unmeasured: "uncounted",
});

/**
 * By card and meter. What is not here cannot be told from usage records: it takes a reading, or a fixed quantity of
 * the account, or is shown as not measured.
 */
const RULES: Readonly<Record<string, Readonly<Record<string, MeterRule>>>> = {
  "cloudflare/workers-paid": {
    // A call from another Worker and a Tail Worker bill CPU and no request; one that ends in an internal error neither.
    requests: { parts: [{ evidence: "metered", terms: { requests: "1" } }] },
    "cpu-ms": CPU_MS,
  },
  "cloudflare/queues-paid": { operations: counted("queueOperations") },
  "cloudflare/kv-paid": {
    reads: counted("kvReads"),
    writes: counted("kvWrites"),
    deletes: counted("kvDeletes"),
    lists: counted("kvLists"),
  },
  "cloudflare/workers-logs": { "log-events": counted("logEvents") },
  // Our lines, without what the platform adds to each.
  "cloudflare/observability": { ingestion: { parts: [{ evidence: "estimated", terms: { logBytes: "0.000000001" } }] } },
  "upstash/redis-payg": { commands: counted("redisCommands") },
  "upstash/qstash-payg": { messages: counted("publishedMessages") },
  // A webhook that n8n accepted is a production run; one that it refused was called too.
  "n8n/cloud": { executions: n8nExecutions() },
  "n8n/self-hosted": { executions: n8nExecutions() },
};

function n8nExecutions(): MeterRule {
  return { parts: [{ evidence: "estimated", terms: { outgoingCalls: "1" }, functions: ["deliver-webhook"] }] };
}

/** How a meter's quantity is counted; undefined when usage records do not tell it. */
export const meterRule = (card: string, meter: string): MeterRule | undefined => RULES[card]?.[meter];

/** By what a fee, or a quantity read elsewhere, is shared out among those who used the service. */
const KEYS: readonly (readonly [cards: RegExp, terms: Terms])[] = [
  [/^self-hosted\//, { cpuMeasuredUs: "1", cpuEstimatedUs: "1" }],
  [/^neon\//, { sqlUs: "1" }],
  [/^aws\/rds/, { sqlUs: "1" }],
  [/^n8n\//, { outgoingCalls: "1" }],
  [/^upstash\/redis/, { redisCommands: "1" }],
  [/^aws\/elasticache/, { redisCommands: "1" }],
  [/^upstash\/qstash/, { publishedMessages: "1" }],
  [/^cloudflare\/(workers-logs|observability|workers-trace-logpush)$/, { logBytes: "1" }],
  [/^cloudflare\/queues/, { queueOperations: "1" }],
  [/^cloudflare\/kv/, { kvReads: "1", kvWrites: "1", kvDeletes: "1", kvLists: "1" }],
];

/** The key of a card; invocations where nothing closer is counted. */
export const allocationKey = (card: string): Terms =>
  KEYS.find(([cards]) => cards.test(card))?.[1] ?? { invocations: "1" };

/** Meters of a language model's card, and what runs report of them. */
export const TOKEN_METERS = { "input-tokens": "input_tokens", "output-tokens": "output_tokens" } as const;
