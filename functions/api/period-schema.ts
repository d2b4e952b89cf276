import { z } from "@hono/zod-openapi";
import { RECONCILIATION_STATUSES } from "#shared/costs/reconcile/statement.ts";
import { Instant } from "#shared/http/schemas.ts";

const Usd = z.string().describe("USD, a decimal string");

export const CostPeriod = z
  .object({
    period: z.string(),
    state: z.enum(["open", "closed"]),
    effectiveCost: Usd.nullable(),
    listCost: Usd.nullable(),
    closedAt: Instant.nullable(),
    closedBy: z.string().nullable().describe("`user:…` or `key:…`"),
    closedByName: z.string().nullable(),
    pricedAt: Instant.nullable(),
    inputHash: z.string().nullable().describe("SHA-256 of usage, accounts and prices"),
    outputHash: z.string().nullable().describe("SHA-256 of what was priced: the same inputs give the same"),
    charges: z.int(),
    corrections: z.int(),
  })
  .openapi("CostPeriod");

export const ClosedCostPeriod = z
  .object({
    period: z.string(),
    outputHash: z.string(),
    closedBy: z.string(),
    missingRecords: z.int().describe("Invocations that left no record: what they cost is in no figure."),
  })
  .openapi("ClosedCostPeriod");

export const CorrectedCostPeriod = z
  .object({
    period: z.string(),
    corrections: z.array(
      z.object({
        chargeId: z.uuid(),
        correctionOf: z.uuid(),
        card: z.string(),
        meter: z.string(),
        billedCost: Usd.nullable(),
      }),
    ),
  })
  .openapi("CorrectedCostPeriod");

const Money = z.string().describe("In `currency`, a decimal string");

const moneys = {
  currency: z.string(),
  invoicedCost: Money.nullable(),
  meteredCost: Money.nullable(),
  allocatedCost: Money.nullable().describe("Of the metered cost: given to functions, tenants and runs."),
  unattributedCost: Money.nullable().describe("Of the metered cost: given to nobody."),
  difference: Money.nullable().describe("Invoiced − metered; never spread."),
};

export const CostReconciliation = z
  .object({
    period: z.string(),
    byStatus: z.record(z.enum(RECONCILIATION_STATUSES), z.int()),
    totals: z.array(z.object({ accountId: z.string().nullable(), ...moneys })),
    lines: z.array(
      z.object({
        accountId: z.string().nullable(),
        accountName: z.string().nullable(),
        provider: z.string(),
        card: z.string().nullable().describe("null: called like none of our meters"),
        meter: z.string().nullable().describe("null beside a card: the issuer's sum over all of its meters"),
        description: z.string(),
        unit: z.string().nullable(),
        invoices: z.array(z.string()),
        invoicedQuantity: z.string().nullable(),
        meteredQuantity: z.string().nullable(),
        ...moneys,
        status: z.enum(RECONCILIATION_STATUSES),
        settles: z.array(
          z.object({ switch: z.string(), option: z.string(), isCurrent: z.boolean(), hint: z.string() }),
        ),
      }),
    ),
  })
  .openapi("CostReconciliation");
