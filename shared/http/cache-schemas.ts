import { z } from "@hono/zod-openapi";
import { MOST_WARMED } from "#shared/caching/warm-paths.ts";
import { Instant } from "./schemas.ts";

/** Caches as tenants, operators and workflow runs see them. */

const LONGEST = 1_024;
const MOST_NAMED = 1_000;

const Path = z
  .string()
  .regex(/^\/[!-~]*$/, "must be a path with its query, such as /v1/goals?limit=5")
  .max(LONGEST);
const ApiPath = z
  .string()
  .regex(/^\/v1\/\S*$/, "must be a path of the API with its query, such as /v1/goals?limit=5")
  .max(LONGEST);
const Whose = z.string().max(200).optional().describe("Whose; the platform may name another's. Default: the caller's");

export const CacheInvalidation = z
  .strictObject({
    tags: z.array(z.string().max(300)).max(MOST_NAMED).optional().describe("As `Cache-Tag` names them"),
    keys: z.array(Path).max(MOST_NAMED).optional().describe("Paths of the API with their query, as they are asked"),
    prefix: Path.optional().describe("What such paths begin with; `/` is all of the tenant's"),
    tenantId: Whose,
  })
  .openapi("CacheInvalidation");

export const CacheInvalidated = z
  .object({ refused: z.array(z.string()).describe("Tags that are not the tenant's") })
  .openapi("CacheInvalidated");

export const CacheWarming = z.strictObject({ paths: z.array(ApiPath).max(MOST_WARMED) }).openapi("CacheWarming");

export const CacheWarmingOfTenant = z
  .strictObject({ paths: z.array(ApiPath).max(MOST_WARMED), tenantId: Whose })
  .openapi("CacheWarmingOfTenant");

export const CacheWarmed = z
  .object({ answers: z.array(z.object({ path: z.string(), status: z.int(), cacheStatus: z.string().nullable() })) })
  .openapi("CacheWarmed");

export const CacheStatsQuery = z.object({
  since: Instant.optional().describe("Whole hours. Default: the last 24 hours."),
  tenantId: Whose.describe("Of one tenant's requests. Default: the caller's tenant; of all for operators"),
});

const rate = z.number().min(0).max(1);

const alarms = {
  targetHitRate: rate.describe("The least share of hits of a route that has none of its own"),
  routeTargets: z.record(z.string().max(100), rate).describe("The same of single routes, by operationId"),
  leastRequests: z.int().min(1).describe("Fewer requests, or hits of an answer, in an hour say nothing"),
  hotShare: rate.describe("An answer is hot that draws such a share of all hits of an hour,"),
  hotHits: z.int().min(1).max(2_147_483_647).describe("or so many"),
};

const Settings = z
  .object({ ...alarms, reason: z.string().nullable(), setBy: z.string().nullable(), setAt: Instant.nullable() })
  .openapi("CachingSettings");

export const CachingSettingsInput = z
  .strictObject(alarms)
  .partial()
  .extend({ reason: z.string().trim().min(1).max(500) })
  .refine((input) => Object.keys(input).length > 1, { path: ["targetHitRate"], error: "state what is to change" })
  .openapi("CachingSettingsInput");

const misses = z.object({
  "uri-miss": z.int().describe("Never asked, or forgotten"),
  stale: z.int().describe("Changed, or too old"),
  request: z.int().describe("A fresh one was asked for; these do not count for the share of hits"),
  bypass: z.int().describe("A process could keep nothing"),
});

export const CacheStats = z
  .object({
    since: Instant,
    tenantId: z.string().nullable().describe("Whose requests are counted; null: everybody's"),
    routes: z.array(
      z.object({
        operationId: z.string(),
        hits: z.int(),
        misses: misses.describe("By why they went past the cache (RFC 9211)"),
        collapsed: z.int().describe("Answered by a reading that another request had begun"),
        stored: z.int(),
        storedBytes: z.int(),
        hitRate: z.number().nullable().describe("0 to 1; null without a request"),
        averageFillMs: z.number().nullable(),
      }),
    ),
    hotKeys: z
      .array(
        z.object({
          tenantId: z.string(),
          operationId: z.string(),
          path: z.string(),
          hits: z.int().describe("About so many: some are looked at"),
        }),
      )
      .describe("The answers that draw the most hits"),
    process: z
      .object({
        entries: z.int(),
        bytes: z.int().describe("What they take in memory, roughly"),
        isHearing: z.boolean().describe("Whether it may answer from what it keeps"),
      })
      .nullable()
      .describe("Of the process that answers, all tenants' together; null unless an operator asks"),
    settings: Settings.nullable().describe("When an alarm is raised; null unless an operator asks"),
  })
  .openapi("CacheStats");
