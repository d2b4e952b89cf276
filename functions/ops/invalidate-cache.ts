import { z } from "@hono/zod-openapi";
import { forgetAnswers } from "#shared/caching/forget-answers.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";

const Path = z
  .string()
  .regex(/^\/[!-~]*$/, "must be a path with its query, such as /v1/goals?limit=5")
  .max(1_024);

const CacheInvalidation = z
  .strictObject({
    tags: z.array(z.string().max(300)).max(1_000).optional().describe("As `Cache-Tag` names them"),
    keys: z.array(Path).max(1_000).optional().describe("Paths of the API with their query, as they are asked"),
    prefix: Path.optional().describe("What such paths begin with; `/` is all of the tenant's"),
  })
  .openapi("CacheInvalidation");

export const invalidateCacheRoute = defineRoute({
  operationId: "invalidateCache",
  summary: "Have cached answers of the tenant forgotten",
  description: "By tag, path or prefix, in every process. Writes through Rainwire and plain SQL do it by themselves.",
  tags: ["Caches"],
  scope: "caches:manage",
  method: "post",
  path: "/v1/cache/invalidate",
  request: jsonBody(CacheInvalidation),
  responses: {
    200: jsonAnswer(
      z.object({ refused: z.array(z.string()).describe("Tags that are not the tenant's") }).openapi("CacheInvalidated"),
      "No process answers with them any more.",
    ),
  },
});

export const registerInvalidateCache = (edge: Edge) =>
  edge.openapi(invalidateCacheRoute, async (c) =>
    c.json(await forgetAnswers(c.get("ctx"), callerOf(c).tenantId, c.req.valid("json")), 200),
  );
