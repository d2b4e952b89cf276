import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS } from "#shared/costs/budgets/tables.ts";
import { readNotice } from "#shared/costs/notices/notice.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";

export const CostNotice = z
  .object({
    id: z.uuid(),
    kind: z.enum(NOTICE_KINDS),
    period: z.string().describe("`2026-10`"),
    recipients: z.array(z.string()).describe("Mail addresses of those who may read these costs"),
    sentAt: z.string().nullable().describe("null: it did not go out yet"),
  })
  .openapi("CostNotice");

export const getCostNoticeRoute = defineRoute({
  operationId: "getCostNotice",
  summary: "Read whom a cost notice concerns, and whether it went out",
  tags: ["Costs"],
  scope: "run:costs.tell",
  problems: ["not_found"],
  method: "get",
  path: "/v1/cost-notices/{id}",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(CostNotice, "The notice.") },
});

export const registerGetCostNotice = (edge: Edge) =>
  edge.openapi(getCostNoticeRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await readNotice(c.get("ctx").db, runOf(c).tenantId, id))), 200);
  });
