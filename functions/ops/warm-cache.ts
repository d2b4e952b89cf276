import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import type { Env } from "./raindrop.gen.ts";

const CREDENTIALS = ["authorization", "x-api-key", "cookie"] as const;
const AT_ONCE = 8;

const Path = z.string().regex(/^\/v1\/\S*$/, "must be a path of the API with its query, such as /v1/goals?limit=5");

const CacheWarming = z.strictObject({ paths: z.array(Path.max(1_024)).max(100) }).openapi("CacheWarming");

export const warmCacheRoute = defineRoute({
  operationId: "warmCache",
  summary: "Have paths of the API read ahead",
  description: "As the caller would ask for them, so within the caller's scopes; what is kept already stays.",
  tags: ["Caches"],
  scope: "caches:manage",
  method: "post",
  path: "/v1/cache/warm",
  request: jsonBody(CacheWarming),
  responses: {
    200: jsonAnswer(
      z
        .object({
          answers: z.array(z.object({ path: z.string(), status: z.int(), cacheStatus: z.string().nullable() })),
        })
        .openapi("CacheWarmed"),
      "What became of each.",
    ),
  },
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
    const warm = async (path: string) => {
      const answer = await api.fetch(new Request(new URL(path, c.req.url), { headers }));
      await answer.body?.cancel();
      return { path, status: answer.status, cacheStatus: answer.headers.get("cache-status") };
    };
    const answers: Awaited<ReturnType<typeof warm>>[] = [];
    for (let i = 0; i < paths.length; i += AT_ONCE) {
      answers.push(...(await Promise.all(paths.slice(i, i + AT_ONCE).map(warm))));
    }
    return c.json({ answers }, 200);
  });
