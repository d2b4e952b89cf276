import { z } from "@hono/zod-openapi";
import { listInteractions } from "#shared/goals/list-interactions.ts";
import { INTERACTION_KINDS } from "#shared/goals/tables.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Interaction } from "#shared/http/goal-schemas.ts";
import { jsonAnswer, PageQuery, pageOf } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";

export const listInteractionsRoute = defineRoute({
  operationId: "listInteractions",
  summary: "List what was said in the tenant, newest first",
  tags: ["Interactions"],
  scope: "interactions:read",
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/interactions",
  request: {
    query: PageQuery.extend({
      goalId: z.uuid().optional(),
      kind: z.enum(INTERACTION_KINDS).optional(),
      userId: z.string().optional(),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(Interaction, "InteractionPage"), "A page of interactions.") },
});

export const registerListInteractions = (edge: Edge) =>
  edge.openapi(listInteractionsRoute, async (c) =>
    sendJson(c, await listInteractions(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))),
  );
