import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";
import { listDeadLetters } from "#shared/workflows/list-dead-letters.ts";
import { DeadLetter } from "./delivery-schema.ts";

export const listDeadLettersRoute = defineRoute({
  operationId: "listDeadLetters",
  summary: "List what was given up and not replayed yet, newest first",
  tags: ["Deliveries"],
  scope: "deliveries:read",
  method: "get",
  path: "/v1/dead-letters",
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(DeadLetter, "DeadLetterPage"), "A page of dead letters.") },
});

export const registerListDeadLetters = (edge: Edge) =>
  edge.openapi(listDeadLettersRoute, async (c) =>
    c.json(toJson(await listDeadLetters(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
