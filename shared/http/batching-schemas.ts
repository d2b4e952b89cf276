import { z } from "@hono/zod-openapi";
import { LONGEST_BUDGET_MS, MOST_KEYS } from "#shared/batching/settings.ts";
import { Instant } from "./schemas.ts";

/** Read coalescing as operators and the platform's runs see it. */

const counts = {
  kind: z.string().describe("What is loaded by its key, such as `goals`"),
  loads: z.number(),
  equal: z.number().describe("Answered by a waiting load of the same key"),
  statements: z.number().describe("At an operation: those whose first load came from it"),
  savedShare: z.number().describe("Of the statements that the loads would have taken each by itself"),
  waitP50Ms: z
    .number()
    .nullable()
    .describe("How long loads waited for company, in steps of 0.5 ms; 16.5: 16 ms or longer"),
  waitP99Ms: z.number().nullable(),
};

const Settings = z
  .object({
    budgetMs: z.number().describe("The longest that a load waits for company"),
    mostKeys: z.int().describe("Keys of one statement at most"),
    reason: z.string().nullable(),
    setBy: z.string().nullable(),
    setAt: Instant.nullable(),
  })
  .openapi("BatchingSettings");

export const BatchingReport = z
  .object({
    since: Instant,
    settings: Settings,
    kinds: z.array(z.object(counts)),
    routes: z.array(z.object({ ...counts, route: z.string().describe("An operationId") })),
  })
  .openapi("BatchingReport");

export const SinceQuery = z.object({ since: Instant.optional().describe("Whole hours. Default: the last 24 hours.") });

export const BatchingSettingsInput = z
  .strictObject({
    budgetMs: z.number().min(0).max(LONGEST_BUDGET_MS).optional().describe("0: no load waits"),
    mostKeys: z.int().min(1).max(MOST_KEYS).optional(),
    reason: z.string().trim().min(1).max(500),
  })
  .refine(({ budgetMs, mostKeys }) => budgetMs !== undefined || mostKeys !== undefined, {
    path: ["budgetMs"],
    error: "state budgetMs, mostKeys, or both",
  })
  .openapi("BatchingSettingsInput");
