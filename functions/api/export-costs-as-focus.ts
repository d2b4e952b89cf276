import { z } from "@hono/zod-openapi";
import { prefersCsv } from "#shared/http/csv.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { FocusQuery, focusAnswer, PeriodParam } from "#shared/http/focus-answer.ts";

export const exportCostsAsFocusRoute = defineRoute({
  operationId: "exportCostsAsFocus",
  summary: "Export a month as FOCUS 1.4 or 1.2: Cost and Usage, or Invoice Detail",
  tags: ["Costs"],
  scope: "finance:read",
  method: "get",
  path: "/v1/costs/periods/{period}/focus",
  request: { params: PeriodParam, query: FocusQuery },
  responses: {
    200: {
      description: "The rows, streamed. Amounts are decimal strings in JSON too.",
      content: {
        "application/json": { schema: z.array(z.record(z.string(), z.string().nullable())) },
        "text/csv": { schema: z.string() },
      },
    },
  },
});

export const registerExportCostsAsFocus = (edge: Edge) =>
  edge.openapi(exportCostsAsFocusRoute, (c) => {
    const { format = prefersCsv(c.req.header("accept")) ? "csv" : "json", ...options } = c.req.valid("query");
    const answer = focusAnswer(c.get("ctx").db, { ...options, period: c.req.valid("param").period, format });
    answer.headers.set("vary", "accept");
    return answer as never; // safe: a stream has no type of Hono's
  });
