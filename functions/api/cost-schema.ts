import { z } from "@hono/zod-openapi";
import { EVIDENCE_CLASSES } from "#shared/costs/ledger/evidence.ts";
import { Instant } from "#shared/http/schemas.ts";

/** Costs as the API shows them: decimal strings with all digits, in USD unless a field says otherwise. */
const Usd = z.string().describe("USD, a decimal string with all digits").openapi({ example: "12.340000000000003" });
const Day = z.iso.date().describe("UTC");

const figures = {
  listCost: Usd.nullable().describe("Marginal: quantity × unit price. null: not measured."),
  effectiveCost: Usd.nullable().describe(
    "The share of the invoices, allowances and fees included. null: not measured.",
  ),
};
const evidenceClass = z.enum(EVIDENCE_CLASSES);
const withEvidence = {
  ...figures,
  evidence: z.array(z.object({ class: evidenceClass, ...figures })).describe("What each class contributes."),
  unmeasured: z.int().describe("Invocations of which something that is priced was not measured."),
};

export const CostSummary = z
  .object({
    from: Day,
    to: Day.describe("UTC, the day after the last"),
    currency: z.literal("USD"),
    ...withEvidence,
    unallocated: Usd.describe("Of `effectiveCost`: given to no function and no tenant."),
    invocations: z.int(),
    missingRecords: z.int().nullable().describe("Invocations served without a record; null for a tenant."),
    periods: z.array(
      z.object({
        period: z.string(),
        state: z.enum(["open", "closed"]),
        pricedAt: Instant.nullable(),
        closedAt: Instant.nullable(),
        closedBy: z.string().nullable(),
      }),
    ),
  })
  .openapi("CostSummary");

export const CostTrend = z
  .object({ from: Day, to: Day, items: z.array(z.object({ bucket: z.string(), ...withEvidence })) })
  .openapi("CostTrend");

export const CostRow = z
  .object({
    key: z.string().nullable().describe("null: the platform's own, outside of workflows, or not allocated"),
    isAllocated: z.boolean(),
    quantity: z.string().nullable().describe("Of dimension meter, in `unit`; null: not measured."),
    unit: z.string().nullable(),
    ...withEvidence,
    run: z
      .object({
        tenantId: z.string().nullable(),
        workflowId: z.string().nullable(),
        day: Day,
        invocations: z.int(),
      })
      .optional()
      .describe("Of dimension run."),
  })
  .openapi("CostRow");

export const CostPage = z
  .object({
    from: Day,
    to: Day,
    items: z.array(CostRow),
    next: z.string().nullable().describe("`before` of the page after; null on the last one."),
  })
  .openapi("CostPage");

const CostItem = z
  .object({
    account: z.object({ id: z.string(), name: z.string() }),
    provider: z.string(),
    service: z.string(),
    card: z.string(),
    cardHash: z.string().describe("SHA-256 of the price card"),
    priceDate: Day.nullable().describe("Since when the price holds; null: no earlier start is known."),
    priceLevel: z.string().describe("O: the provider's page, C: a copy of it, S: a secondary source, R: assumed"),
    priceSource: z.string(),
    meter: z.string(),
    quantity: z.string().nullable().describe("null: not measured, or a share of a fee"),
    unit: z.string(),
    unitPrice: z.string().nullable().describe("In `currency`"),
    currency: z.string(),
    exchangeRate: z.string().describe("USD for one of `currency`"),
    evidence: evidenceClass,
    spread: z.string().describe("How allowance or fee was spread"),
    chargeId: z.uuid(),
    function: z.string().nullable(),
    isCorrection: z.boolean(),
    ...figures,
  })
  .openapi("CostItem");

export const InvocationCost = z
  .object({
    invocationId: z.uuid(),
    function: z.string(),
    trigger: z.string(),
    outcome: z.string(),
    tenantId: z.string().nullable(),
    executionId: z.string().nullable(),
    workflowId: z.string().nullable(),
    startedAt: Instant,
    wallMs: z.number(),
    cpuMs: z.number().nullable().describe("null: not measured"),
    cpuEvidence: z.string(),
    ...figures,
    items: z.array(CostItem),
  })
  .openapi("InvocationCost");

export const RunCost = z
  .object({
    executionId: z.uuid(),
    tenantId: z.string().nullable(),
    workflowId: z.string().nullable(),
    startedAt: Instant.nullable(),
    status: z.string().nullable(),
    ...figures,
    items: z.array(CostItem),
    invocations: z.array(
      z.object({ invocationId: z.uuid(), function: z.string(), startedAt: Instant, wallMs: z.number() }),
    ),
    llm: z
      .array(
        z.object({
          provider: z.string(),
          model: z.string(),
          inputTokens: z.int(),
          cachedInputTokens: z.int().describe("Of `inputTokens`"),
          outputTokens: z.int(),
          calls: z.int(),
        }),
      )
      .describe("What the run said that its models used."),
  })
  .openapi("RunCost");

/** JSON, or the same rows as CSV when `Accept` asks for `text/csv`. */
export const jsonOrCsv = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description: `${description} As CSV with \`Accept: text/csv\`.`,
  content: { "application/json": { schema }, "text/csv": { schema: z.string() } },
});
