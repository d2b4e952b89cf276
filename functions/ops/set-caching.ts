import { actorOf } from "#shared/accounts/principal.ts";
import { writeSettings } from "#shared/caching/settings.ts";
import { CachingSettingsInput } from "#shared/http/cache-schemas.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";

export const setCachingRoute = defineRoute({
  operationId: "setCaching",
  summary: "Change when the caches raise an alarm",
  description: "From the next digest on. What is not named stays; `routeTargets` takes the place of those before.",
  tags: ["Caches"],
  scope: "operator:caches",
  method: "put",
  path: "/v1/cache/settings",
  request: jsonBody(CachingSettingsInput),
  responses: { 204: noContent("In force.") },
});

export const registerSetCaching = (edge: Edge) =>
  edge.openapi(setCachingRoute, async (c) => {
    await c.get("ctx").db.query(writeSettings({ ...c.req.valid("json"), setBy: actorOf(consumerOf(c)) }));
    return c.body(null, 204);
  });
