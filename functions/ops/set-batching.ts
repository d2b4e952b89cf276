import { actorOf } from "#shared/accounts/principal.ts";
import { changeSettings } from "#shared/batching/change-settings.ts";
import { BatchingSettingsInput } from "#shared/http/batching-schemas.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";

export const setBatchingRoute = defineRoute({
  operationId: "setBatching",
  summary: "Change how long reads wait for company, and how many share a statement",
  description: "In force in every process within a second. What is not named stays.",
  tags: ["Batching"],
  scope: "operator:batching",
  method: "put",
  path: "/v1/batching/settings",
  request: jsonBody(BatchingSettingsInput),
  responses: { 204: noContent("In force.") },
});

export const registerSetBatching = (edge: Edge) =>
  edge.openapi(setBatchingRoute, async (c) => {
    await changeSettings(c.get("ctx"), { ...c.req.valid("json"), setBy: actorOf(consumerOf(c)) });
    return c.body(null, 204);
  });
