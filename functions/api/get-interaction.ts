import { readInteraction } from "#shared/goals/read-interaction.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { etagOf, versionedAnswer } from "#shared/http/etag.ts";
import { Interaction } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, toJson } from "#shared/http/schemas.ts";
import { acceptedAnswer, locationOf } from "./accepted-interaction.ts";

export const getInteractionRoute = defineRoute({
  operationId: "getInteraction",
  summary: "Read what was said",
  description: "One that was taken with `Prefer: respond-async` is answered 202 until it is written.",
  tags: ["Interactions"],
  scope: "interactions:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/interactions/{id}",
  request: { params: IdParam },
  responses: { 200: versionedAnswer(Interaction, "The interaction."), 202: acceptedAnswer },
});

export const registerGetInteraction = (edge: Edge) =>
  edge.openapi(getInteractionRoute, async (c) => {
    const { id } = c.req.valid("param");
    const interaction = orProblem(await readInteraction(c.get("ctx"), callerOf(c).tenantId, id));
    if ("isQueued" in interaction) {
      return c.json({ id: interaction.id }, 202, { location: locationOf(interaction.id), "retry-after": "1" });
    }
    c.header("etag", etagOf(interaction));
    return c.json(toJson(interaction), 200);
  });
