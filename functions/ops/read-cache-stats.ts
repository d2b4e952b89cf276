import { readCacheStats } from "#shared/caching/read-cache-stats.ts";
import { CacheStats, CacheStatsQuery } from "#shared/http/cache-schemas.ts";
import { tenantMeant } from "#shared/http/cache-tenant.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";

export const readCacheStatsRoute = defineRoute({
  operationId: "readCacheStats",
  summary: "Read how often each route is answered from the caches",
  description:
    "Of all processes; those that are not asked here are up to ten seconds behind. Who holds `operator:caches` sees the requests of all tenants.",
  tags: ["Caches"],
  scope: "caches:manage",
  problems: ["not_found"],
  method: "get",
  path: "/v1/cache/stats",
  request: { query: CacheStatsQuery },
  responses: { 200: jsonAnswer(CacheStats, "By route, and the answers asked for most.") },
});

export const registerReadCacheStats = (edge: Edge) =>
  edge.openapi(readCacheStatsRoute, async (c) => {
    const { since, tenantId: named } = c.req.valid("query");
    const { tenantId, isPlatform } = orProblem(tenantMeant(c.get("principal"), named));
    const asked = { since, tenantId: isPlatform ? named : tenantId };
    return c.json(toJson(await readCacheStats(c.get("ctx"), asked, isPlatform)), 200);
  });
