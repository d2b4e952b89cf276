import { changeSettingsByRun } from "#shared/batching/change-settings.ts";
import { BatchingSettingsInput } from "#shared/http/batching-schemas.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";

export const setBatchingRoute = defineRoute({
  operationId: "setBatching",
  summary: "Change how long reads wait for company, and how many share a statement",
  tags: ["Batching"],
  scope: "run:batching.tune",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/batching/settings",
  request: jsonBody(BatchingSettingsInput),
  responses: { 204: noContent("In force in every process within a second.") },
});

export const registerSetBatching = (edge: Edge) =>
  edge.openapi(setBatchingRoute, async (c) => {
    orProblem(await changeSettingsByRun(c.get("ctx"), runOf(c), c.req.valid("json")));
    return c.body(null, 204);
  });
