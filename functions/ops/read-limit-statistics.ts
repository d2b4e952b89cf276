import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Instant, jsonAnswer } from "#shared/http/schemas.ts";
import { readStatistics } from "#shared/limits/statistics.ts";

const RouteStatistics = z
  .object({
    route: z.string().describe("An operationId; `(address)`: what was decided before authentication."),
    admitted: z.number(),
    refused: z.number(),
    shadowed: z.number().describe("Admitted although a limit in shadow mode was exceeded."),
  })
  .openapi("RouteStatistics");

export const readLimitStatisticsRoute = defineRoute({
  operationId: "readLimitStatistics",
  summary: "Read what the limits admitted and refused, by operation",
  description: "Of all processes; those that are not asked here are up to ten seconds behind.",
  tags: ["Limits"],
  scope: "operator:limits",
  method: "get",
  path: "/v1/limits/statistics",
  request: { query: z.object({ since: Instant.optional().describe("Whole hours. Default: the last 24 hours.") }) },
  responses: {
    200: jsonAnswer(z.object({ since: Instant, items: z.array(RouteStatistics) }), "The counts by operation."),
  },
});

export const registerReadLimitStatistics = (edge: Edge) =>
  edge.openapi(readLimitStatisticsRoute, async (c) => {
    const ctx = c.get("ctx");
    const { since: asked } = c.req.valid("query");
    const since = asked === undefined ? new Date(ctx.clock() - 86_400_000) : new Date(asked);
    await ctx.limits.keepStatistics();
    return c.json({ since: since.toISOString(), items: await readStatistics(ctx.db, since) }, 200);
  });
