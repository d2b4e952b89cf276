import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { SigningKeys } from "#shared/http/signing-key-schema.ts";
import { readSigningKeys } from "#shared/tokens/rotate-signing-keys.ts";

export const listSigningKeysRoute = defineRoute({
  operationId: "listSigningKeys",
  summary: "List the signing keys and when each takes its next step",
  tags: ["Signing keys"],
  scope: "operator:tokens",
  method: "get",
  path: "/v1/signing-keys",
  responses: { 200: jsonAnswer(SigningKeys, "The keys, the oldest first.") },
});

export const registerListSigningKeys = (edge: Edge) =>
  edge.openapi(listSigningKeysRoute, async (c) => {
    const { keys, nowMs } = await readSigningKeys(c.get("ctx").db);
    return c.json(toJson({ now: new Date(nowMs), items: keys }), 200);
  });
