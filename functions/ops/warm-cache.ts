import { warmPaths } from "#shared/caching/warm-paths.ts";
import { CacheWarmed, CacheWarming } from "#shared/http/cache-schemas.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import type { Env } from "./raindrop.gen.ts";

const CREDENTIALS = ["authorization", "x-api-key", "cookie"] as const;

export const warmCacheRoute = defineRoute({
  operationId: "warmCache",
  summary: "Have paths of the API read ahead",
  description: "As the caller would ask for them, so within the caller's scopes; what is kept already stays.",
  tags: ["Caches"],
  scope: "caches:manage",
  method: "post",
  path: "/v1/cache/warm",
  request: jsonBody(CacheWarming),
  responses: { 200: jsonAnswer(CacheWarmed, "What became of each.") },
});

export const registerWarmCache = (edge: Edge) =>
  edge.openapi(warmCacheRoute, async (c) => {
    const { paths } = c.req.valid("json");
    const { API: api } = c.env as unknown as Env; // safe: what the manifest binds to this service
    const headers = new Headers();
    for (const name of CREDENTIALS) {
      const value = c.req.header(name);
      if (value !== undefined) headers.set(name, value);
    }
    return c.json({ answers: await warmPaths((request) => api.fetch(request), c.req.url, headers, paths) }, 200);
  });
