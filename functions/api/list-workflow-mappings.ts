import { z } from "@hono/zod-openapi";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { sendJson } from "#shared/http/send-json.ts";
import { listMappings } from "#shared/workflows/mappings.ts";
import { Mapping } from "./mapping-schema.ts";

export const listWorkflowMappingsRoute = defineRoute({
  operationId: "listWorkflowMappings",
  summary: "List which workflow an action or event drives",
  description: "The tenant's own and the platform's, in the order in which they are chosen.",
  tags: ["Workflow mappings"],
  scope: "mappings:read",
  cache: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  method: "get",
  path: "/v1/workflow-mappings",
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(Mapping) }).openapi("WorkflowMappingList"),
      "All that hold for the tenant.",
    ),
  },
});

export const registerListWorkflowMappings = (edge: Edge) =>
  edge.openapi(listWorkflowMappingsRoute, async (c) =>
    sendJson(c, { items: await listMappings(c.get("ctx").db, callerOf(c).tenantId) }),
  );
