import type { Scope } from "#shared/accounts/scopes.ts";
import type { Database } from "#shared/database/database.ts";
import type { EvidenceClass } from "./ledger/evidence.ts";

/** Whose costs a caller may read. */
export type CostScope = { readonly kind: "tenant"; readonly tenantId: string } | { readonly kind: "platform" };

export interface CostReader {
  readonly db: Database;
  /** A tenant's reader sees its own rows only, whatever the filter says. */
  readonly scope: CostScope;
}

export interface CostFilter {
  /** First day, `2026-10-01` (UTC). */
  from: string;
  /** The day after the last. */
  to: string;
  tenantId?: string | undefined;
  function?: string | undefined;
  workflowId?: string | undefined;
  /** The card's, e.g. `Cloudflare`. */
  provider?: string | undefined;
  accountId?: string | undefined;
  executionId?: string | undefined;
  /** Of a card, e.g. `cpu-ms`. */
  meter?: string | undefined;
}

/** Costs in USD as decimal strings, all digits. */
export interface CostFigures {
  /** At the price of the next unit, without allowances and fees; null: nothing of it was measured. */
  listCost: string | null;
  /** Its share of the invoices. */
  effectiveCost: string | null;
}

/** A figure, and how it was come by. */
export interface CostFigure extends CostFigures {
  /** What each class of evidence contributes; classes without a row are left out. */
  evidence: ({ class: EvidenceClass } & CostFigures)[];
  /** Invocations of which something that is priced was not measured. */
  unmeasured: number;
}

export interface CostSummary extends CostFigure {
  currency: "USD";
  /** Of `effectiveCost`: what no function and no tenant was given. */
  unallocated: string;
  /** Each month of the filter, and whether its figures can still change. */
  periods: {
    period: string;
    state: "open" | "closed";
    pricedAt: string | null;
    closedAt: string | null;
    closedBy: string | null;
  }[];
  /** Invocations that left no record, as far as processes counted them; null for a tenant's reader. */
  missingRecords: number | null;
  invocations: number;
}

export type CostBucket = "day" | "month";

export interface CostTrendPoint extends CostFigure {
  /** `2026-10-15` or `2026-10`. Buckets without a row are there, with null figures. */
  bucket: string;
}

export type CostDimension = "function" | "tenant" | "workflow" | "run" | "day" | "provider" | "meter";

export interface CostRow extends CostFigure {
  /** The function, tenant, … or `card/meter` of dimension meter; null: the platform's own, no workflow, or not allocated. */
  key: string | null;
  isAllocated: boolean;
  /** Of dimension meter and only there: in `unit`. */
  quantity: string | null;
  unit: string | null;
  /** Of dimension run. */
  run?: { tenantId: string | null; workflowId: string | null; day: string; invocations: number };
}

export interface CostSort {
  by: "effectiveCost" | "listCost" | "key";
  direction: "asc" | "desc";
}

export interface CostPageInput {
  limit: number;
  /** The `next` of the page before. */
  before?: string | undefined;
}

/** What one meter of one card made of an invocation or a run. */
export interface CostItem extends CostFigures {
  account: { id: string; name: string };
  provider: string;
  service: string;
  card: string;
  cardHash: string;
  /** From when the price holds; null: no earlier start is known. */
  priceDate: string | null;
  /** How the price is known (O, C, S, R), and where it was read. */
  priceLevel: string;
  priceSource: string;
  meter: string;
  /** null: not measured, or a share of a fee. */
  quantity: string | null;
  unit: string;
  /** In `currency`; null where there is none. */
  unitPrice: string | null;
  currency: string;
  exchangeRate: string;
  evidence: EvidenceClass;
  /** The method by which allowance or fee was spread. */
  spread: string;
  /** The charge that it is a share of, and the function that used it. */
  chargeId: string;
  function: string | null;
  isCorrection: boolean;
}

export interface InvocationCost extends CostFigures {
  invocationId: string;
  function: string;
  trigger: string;
  outcome: string;
  tenantId: string | null;
  executionId: string | null;
  workflowId: string | null;
  startedAt: string;
  wallMs: number;
  cpuMs: number | null;
  cpuEvidence: string;
  items: CostItem[];
}

export interface RunCost extends CostFigures {
  executionId: string;
  tenantId: string | null;
  workflowId: string | null;
  startedAt: string | null;
  status: string | null;
  items: CostItem[];
  invocations: { invocationId: string; function: string; startedAt: string; wallMs: number }[];
  /** What the run said that its models used. */
  llm: {
    provider: string;
    model: string;
    inputTokens: number;
    cachedInputTokens: number;
    outputTokens: number;
    calls: number;
  }[];
}

/** The scope of a caller: `finance:read` reads every tenant's, anybody else the own tenant's. */
export const costScopeOf = ({
  tenantId,
  scopes,
}: {
  tenantId: string;
  scopes: readonly (Scope | "finance:read")[];
}): CostScope => (scopes.includes("finance:read") ? { kind: "platform" } : { kind: "tenant", tenantId });

export { costsBy } from "./reading/by-dimension.ts";
export { costOfInvocation } from "./reading/of-invocation.ts";
export { costOfRun } from "./reading/of-run.ts";
export { costSummary } from "./reading/summary.ts";
export { costTrend } from "./reading/trend.ts";
