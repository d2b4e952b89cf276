import { z } from "@hono/zod-openapi";
import { readCacheStats } from "#shared/caching/read-cache-stats.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";

const CacheStats = z
  .object({
    entries: z.int(),
    bytes: z.int().describe("What they take in memory, roughly"),
    isHearing: z.boolean().describe("Whether the process may answer from what it keeps"),
    routes: z.array(
      z.object({
        operationId: z.string(),
        hits: z.int(),
        misses: z.record(z.string(), z.int()).describe("By why they went past the cache (RFC 9211)"),
        collapsed: z.int().describe("Answered by a reading that another request had begun"),
        stored: z.int(),
        storedBytes: z.int(),
        hitRate: z.number().nullable().describe("0 to 1; null before the first request"),
        averageFillMs: z.number().nullable(),
      }),
    ),
  })
  .openapi("CacheStats");

export const readCacheStatsRoute = defineRoute({
  operationId: "readCacheStats",
  summary: "Read how often each route is answered from the cache",
  description: "Of the process that answers, since it began, over all tenants.",
  tags: ["Caches"],
  scope: "caches:manage",
  method: "get",
  path: "/v1/cache/stats",
  responses: { 200: jsonAnswer(CacheStats, "The cache of this process.") },
});

export const registerReadCacheStats = (edge: Edge) =>
  edge.openapi(readCacheStatsRoute, (c) => c.json(readCacheStats(c.get("ctx").caches), 200));
