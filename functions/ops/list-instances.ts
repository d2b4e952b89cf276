import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Instant, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { listInstances } from "#shared/workflows/instances.ts";

export const N8nInstance = z
  .object({
    id: z.string(),
    baseUrl: z.string(),
    hasApiKey: z.boolean(),
    concurrency: z.int(),
    webhookTimeoutMs: z.int(),
    breakerState: z.enum(["closed", "open", "half_open"]),
    breakerFailures: z.int(),
    breakerRetryAt: Instant.nullable(),
  })
  .openapi("N8nInstance");

export const listInstancesRoute = defineRoute({
  operationId: "listInstances",
  summary: "List the n8n instances and their circuits",
  tags: ["n8n"],
  scope: "operator:instances",
  method: "get",
  path: "/v1/n8n-instances",
  responses: {
    200: jsonAnswer(z.object({ items: z.array(N8nInstance) }), "The instances; secrets are never answered."),
  },
});

export const registerListInstances = (edge: Edge) =>
  edge.openapi(listInstancesRoute, async (c) => c.json(toJson({ items: await listInstances(c.get("ctx").db) }), 200));
