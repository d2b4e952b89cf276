import { z } from "@hono/zod-openapi";
import { sql } from "#shared/database/sql.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";

export const checkHealthRoute = defineRoute({
  operationId: "checkHealth",
  summary: "Whether this process serves and reaches its database",
  tags: ["Health"],
  scope: "public",
  problems: ["busy"],
  method: "get",
  path: "/health",
  responses: { 200: jsonAnswer(z.object({ status: z.literal("ok") }), "It does.") },
});

export const registerCheckHealth = (edge: Edge) =>
  edge.openapi(checkHealthRoute, async (c) => {
    await c.get("ctx").db.query(sql`select 1`);
    return c.json({ status: "ok" as const }, 200);
  });
