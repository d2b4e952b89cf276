import { forgetAnswers } from "#shared/caching/forget-answers.ts";
import { CacheInvalidated, CacheInvalidation } from "#shared/http/cache-schemas.ts";
import { tenantMeant } from "#shared/http/cache-tenant.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";

export const invalidateCacheRoute = defineRoute({
  operationId: "invalidateCache",
  summary: "Have cached answers of the tenant forgotten",
  description:
    "By tag, path or prefix, in every process. Writes through Rainwire and plain SQL do it by themselves. Who holds `operator:caches` may name any tenant and tag, and a CDN in front is told.",
  tags: ["Caches"],
  scope: "caches:manage",
  problems: ["not_found"],
  method: "post",
  path: "/v1/cache/invalidate",
  request: jsonBody(CacheInvalidation),
  responses: { 200: jsonAnswer(CacheInvalidated, "No process answers with them any more.") },
});

export const registerInvalidateCache = (edge: Edge) =>
  edge.openapi(invalidateCacheRoute, async (c) => {
    const { tenantId, ...named } = c.req.valid("json");
    const whose = orProblem(tenantMeant(c.get("principal"), tenantId));
    return c.json(await forgetAnswers(c.get("ctx"), whose, named), 200);
  });
