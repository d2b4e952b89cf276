import { readReport } from "#shared/batching/read-report.ts";
import { BatchingReport, SinceQuery } from "#shared/http/batching-schemas.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";

export const readBatchingRoute = defineRoute({
  operationId: "readBatching",
  summary: "Read what coalescing of reads saved, and its settings",
  description: "Of all processes; those that are not asked here are up to ten seconds behind.",
  tags: ["Batching"],
  scope: "operator:batching",
  method: "get",
  path: "/v1/batching",
  request: { query: SinceQuery },
  responses: { 200: jsonAnswer(BatchingReport, "By kind of load, and by the operation that it came from.") },
});

export const registerReadBatching = (edge: Edge) =>
  edge.openapi(readBatchingRoute, async (c) =>
    c.json(toJson(await readReport(c.get("ctx"), c.req.valid("query").since)), 200),
  );
