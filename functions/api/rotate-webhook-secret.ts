import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { rotateEndpointSecret } from "#shared/webhooks/endpoints.ts";
import { RotatedSecret } from "./webhook-endpoint-schema.ts";

const DAY_SECONDS = 86_400;

const Rotation = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(7 * DAY_SECONDS)
      .default(DAY_SECONDS)
      .describe("How long the secret before signs beside the new one; 0: not at all, e.g. when it has leaked"),
  })
  .openapi("WebhookSecretRotation");

export const rotateWebhookSecretRoute = defineRoute({
  operationId: "rotateWebhookSecret",
  summary: "Give a webhook endpoint a new secret",
  description: "During the overlap `webhook-signature` carries a signature of each, and a receiver may know either.",
  tags: ["Webhooks"],
  scope: "webhooks:write",
  problems: ["not_found"],
  method: "post",
  path: "/v1/webhook-endpoints/{id}/rotate-secret",
  request: { params: IdParam, ...jsonBody(Rotation) },
  responses: { 200: jsonAnswer(RotatedSecret, "The new secret, this once.") },
});

export const registerRotateWebhookSecret = (edge: Edge) =>
  edge.openapi(rotateWebhookSecretRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { overlapSeconds } = c.req.valid("json");
    const rotated = orProblem(await rotateEndpointSecret(c.get("ctx"), callerOf(c).tenantId, id, overlapSeconds));
    c.header("cache-control", "no-store");
    return c.json(toJson(rotated), 200);
  });
