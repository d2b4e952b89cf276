import { z } from "@hono/zod-openapi";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { publishKeyByRun } from "#shared/tokens/rotation-run.ts";

const Publication = z
  .strictObject({
    isEarly: z.boolean().describe("It signs as soon as it may, not when its predecessor's time is over."),
  })
  .openapi("KeyPublication");

export const publishSigningKeyRoute = defineRoute({
  operationId: "publishSigningKey",
  summary: "Publish the successor of the key that signs",
  description: "Repeated, it answers with the successor that is there.",
  tags: ["Signing keys"],
  scope: "run:keys.rotate",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "post",
  path: "/v1/signing-keys",
  request: jsonBody(Publication),
  responses: { 200: jsonAnswer(z.object({ keyId: z.uuid() }).openapi("PublishedKey"), "The successor.") },
});

export const registerPublishSigningKey = (edge: Edge) =>
  edge.openapi(publishSigningKeyRoute, async (c) => {
    const published = await publishKeyByRun(c.get("ctx"), runOf(c), c.req.valid("json").isEarly);
    return c.json(orProblem(published), 200);
  });
