import { refuseTenant } from "#shared/batching/change-settings.ts";
import { readReport } from "#shared/batching/read-report.ts";
import { BatchingReport, SinceQuery } from "#shared/http/batching-schemas.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";

export const readBatchingRoute = defineRoute({
  operationId: "readBatching",
  summary: "Read what coalescing of reads saved, and its settings",
  tags: ["Batching"],
  scope: "run:batching.read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/batching",
  request: { query: SinceQuery },
  responses: { 200: jsonAnswer(BatchingReport, "By kind of load, and by the operation that it came from.") },
});

export const registerReadBatching = (edge: Edge) =>
  edge.openapi(readBatchingRoute, async (c) => {
    orProblem(refuseTenant(runOf(c)));
    return c.json(toJson(await readReport(c.get("ctx"), c.req.valid("query").since)), 200);
  });
