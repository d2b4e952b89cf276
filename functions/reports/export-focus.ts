import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { FocusQuery, focusAnswer, PeriodParam } from "#shared/http/focus-answer.ts";

export const exportFocusFileRoute = defineRoute({
  operationId: "exportFocusFile",
  summary: "A month as FOCUS, as a file",
  tags: ["Pages"],
  scope: "finance:read",
  method: "get",
  path: "/periods/{period}/focus",
  request: { params: PeriodParam, query: FocusQuery },
  responses: { 200: { description: "A file.", content: { "text/csv": { schema: z.string() } } } },
});

export const registerExportFocusFile = (edge: Edge) =>
  edge.openapi(exportFocusFileRoute, (c) => {
    const { format = "csv", ...options } = c.req.valid("query");
    const { period } = c.req.valid("param");
    return focusAnswer(c.get("ctx").db, { ...options, period, format }) as never; // safe: a stream has no type of Hono's
  });
