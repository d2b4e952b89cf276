import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { SigningKeys } from "#shared/http/signing-key-schema.ts";
import { readSigningKeys } from "#shared/tokens/rotate-signing-keys.ts";
import { rotationRun } from "#shared/tokens/rotation-run.ts";

export const listSigningKeysRoute = defineRoute({
  operationId: "listSigningKeys",
  summary: "List the signing keys and when each takes its next step",
  tags: ["Signing keys"],
  scope: "run:keys.read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/signing-keys",
  responses: { 200: jsonAnswer(SigningKeys, "The keys, the oldest first.") },
});

export const registerListSigningKeys = (edge: Edge) =>
  edge.openapi(listSigningKeysRoute, async (c) => {
    orProblem(rotationRun(runOf(c)));
    const { keys, nowMs } = await readSigningKeys(c.get("ctx").db);
    return c.json(toJson({ now: new Date(nowMs), items: keys }), 200);
  });
