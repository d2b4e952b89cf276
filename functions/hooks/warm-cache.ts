import { warmerHeaders, warmPaths } from "#shared/caching/warm-paths.ts";
import { guarded } from "#shared/database/guarded.ts";
import { CacheWarmed, CacheWarmingOfTenant } from "#shared/http/cache-schemas.ts";
import { tenantMeant } from "#shared/http/cache-tenant.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";
import type { Env } from "./raindrop.gen.ts";

export const warmCacheRoute = defineRoute({
  operationId: "warmCache",
  summary: "Have paths of the API read ahead",
  description: "Of the run's tenant; a run of the platform names whose. What is kept already stays.",
  tags: ["Caches"],
  scope: "run:caches.warm",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/cache/warm",
  request: jsonBody(CacheWarmingOfTenant),
  responses: { 200: jsonAnswer(CacheWarmed, "What became of each.") },
});

export const registerWarmCache = (edge: Edge) =>
  edge.openapi(warmCacheRoute, async (c) => {
    const { paths, tenantId: named } = c.req.valid("json");
    const ctx = c.get("ctx");
    const { tenantId } = orProblem(tenantMeant(c.get("principal"), named));
    orProblem(await guarded(() => ctx.db.batch(runActor(runOf(c)).guards)));
    const { API: api } = c.env as unknown as Env; // safe: what the manifest binds to this service
    const headers = await warmerHeaders(ctx, tenantId);
    return c.json({ answers: await warmPaths((request) => api.fetch(request), c.req.url, headers, paths) }, 200);
  });
