import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { requestRotation } from "#shared/tokens/rotate-signing-keys.ts";

const RotationRequest = z
  .strictObject({ note: z.string().trim().min(1).max(500).optional().describe("Why, for who decides.") })
  .openapi("RotationRequest");

export const requestKeyRotationRoute = defineRoute({
  operationId: "requestKeyRotation",
  summary: "Ask for a rotation of the signing key before its time",
  description:
    "The workflow `jwt-token-rotation` decides. Without it nothing comes of it: keys rotate at their deadline.",
  tags: ["Signing keys"],
  scope: "operator:tokens",
  problems: ["already_exists"],
  method: "post",
  path: "/v1/signing-keys/rotations",
  request: jsonBody(RotationRequest),
  responses: { 202: jsonAnswer(z.object({ keyId: z.uuid() }).openapi("AskedRotation"), "Asked; the key that signs.") },
});

export const registerRequestKeyRotation = (edge: Edge) =>
  edge.openapi(requestKeyRotationRoute, async (c) => {
    const asked = await requestRotation(c.get("ctx"), callerOf(c), c.req.valid("json").note ?? null);
    return c.json(orProblem(asked), 202);
  });
