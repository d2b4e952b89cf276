import { z } from "@hono/zod-openapi";
import { markSent } from "#shared/costs/notices/notice.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";
import { CostNotice } from "./get-cost-notice.ts";

const Sent = z.strictObject({ channel: z.enum(["mail", "chat"]) }).openapi("CostNoticeSent");

export const markCostNoticeSentRoute = defineRoute({
  operationId: "markCostNoticeSent",
  summary: "Mark a cost notice as sent",
  description: "The first time counts; a run that reads the notice later does not send it again.",
  tags: ["Costs"],
  scope: "run:costs.tell",
  problems: ["not_found", "attempt_superseded", "execution_settled"],
  method: "put",
  path: "/v1/cost-notices/{id}/sent",
  request: { params: IdParam, ...jsonBody(Sent) },
  responses: { 200: jsonAnswer(CostNotice, "The notice.") },
});

export const registerMarkCostNoticeSent = (edge: Edge) =>
  edge.openapi(markCostNoticeSentRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { channel } = c.req.valid("json");
    return c.json(toJson(orProblem(await markSent(c.get("ctx").db, runActor(runOf(c)), id, channel))), 200);
  });
