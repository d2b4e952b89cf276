import { z } from "@hono/zod-openapi";
import { usageByFunction } from "#shared/costs/read-usage.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Instant, jsonAnswer } from "#shared/http/schemas.ts";

const FunctionUsage = z
  .object({
    function: z.string(),
    invocations: z.int(),
    failures: z.int(),
    wallMs: z.number(),
    cpuMs: z.number().nullable().describe("Estimated on the Node host; null when not measured."),
    sqlStatements: z.number(),
    sqlMs: z.number(),
    queueMessages: z.number(),
    outgoingCalls: z.number(),
    logBytes: z.number(),
  })
  .openapi("FunctionUsage");

export const readUsageRoute = defineRoute({
  operationId: "readUsage",
  summary: "Read your tenant's usage by function",
  tags: ["Usage"],
  scope: "usage:read",
  method: "get",
  path: "/v1/usage",
  request: { query: z.object({ since: Instant.optional().describe("Default: the last 24 hours.") }) },
  responses: { 200: jsonAnswer(z.object({ since: Instant, items: z.array(FunctionUsage) }), "Usage by function.") },
});

export const registerReadUsage = (edge: Edge) =>
  edge.openapi(readUsageRoute, async (c) => {
    const ctx = c.get("ctx");
    const { since: asked } = c.req.valid("query");
    const since = asked === undefined ? new Date(ctx.clock() - 86_400_000) : new Date(asked);
    return c.json(
      { since: since.toISOString(), items: await usageByFunction(ctx.db, since, callerOf(c).tenantId) },
      200,
    );
  });
