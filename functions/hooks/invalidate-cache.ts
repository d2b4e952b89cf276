import { forgetAnswers } from "#shared/caching/forget-answers.ts";
import { guarded } from "#shared/database/guarded.ts";
import { CacheInvalidated, CacheInvalidation } from "#shared/http/cache-schemas.ts";
import { tenantMeant } from "#shared/http/cache-tenant.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

export const invalidateCacheRoute = defineRoute({
  operationId: "invalidateCache",
  summary: "Have cached answers forgotten",
  description: "Of the run's tenant; a run of the platform names whose, and a CDN in front is told of its tags.",
  tags: ["Caches"],
  scope: "run:caches.invalidate",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/cache/invalidate",
  request: jsonBody(CacheInvalidation),
  responses: { 200: jsonAnswer(CacheInvalidated, "No process answers with them any more.") },
});

export const registerInvalidateCache = (edge: Edge) =>
  edge.openapi(invalidateCacheRoute, async (c) => {
    const { tenantId, ...named } = c.req.valid("json");
    const ctx = c.get("ctx");
    const whose = orProblem(tenantMeant(c.get("principal"), tenantId));
    orProblem(await guarded(() => ctx.db.batch(runActor(runOf(c)).guards)));
    return c.json(await forgetAnswers(ctx, whose, named), 200);
  });
