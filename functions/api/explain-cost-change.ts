import { explainChange } from "#shared/costs/explain/explain-change.ts";
import { ChangeQuery, spansOf } from "#shared/http/change-query.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { CostChange, shownChange } from "./change-schema.ts";

export const explainCostChangeRoute = defineRoute({
  operationId: "explainCostChange",
  summary: "Explain why costs changed between two spans of days: volume, mix and price",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/changes",
  request: { query: ChangeQuery },
  responses: { 200: jsonAnswer(CostChange, "The change and its parts, the largest first.") },
});

export const registerExplainCostChange = (edge: Edge) =>
  edge.openapi(explainCostChangeRoute, async (c) => {
    const { filter, against } = spansOf(c.req.valid("query"), c.get("ctx").clock());
    const change = await explainChange(costReaderOf(c), filter, against, filter);
    return c.json({ span: { from: filter.from, to: filter.to }, against, ...shownChange(change) }, 200);
  });
