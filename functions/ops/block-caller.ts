import { z } from "@hono/zod-openapi";
import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Reason, Seconds, SubjectParam } from "#shared/http/limit-schemas.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";
import { setOverride } from "#shared/limits/overrides.ts";
import { subjectOf } from "#shared/limits/subject.ts";

const BlockInput = z
  .strictObject({ seconds: Seconds.optional().describe("Default: until it is lifted."), reason: Reason })
  .openapi("BlockInput");

export const blockCallerRoute = defineRoute({
  operationId: "blockCaller",
  summary: "Refuse all requests of one caller for a time",
  description: "In force in every process within a second. The caller is answered 429.",
  tags: ["Limits"],
  scope: "operator:limits",
  method: "put",
  path: "/v1/limits/{kind}/{id}/block",
  request: { params: SubjectParam, ...jsonBody(BlockInput) },
  responses: { 204: noContent("Blocked.") },
});

export const registerBlockCaller = (edge: Edge) =>
  edge.openapi(blockCallerRoute, async (c) => {
    const { kind, id } = c.req.valid("param");
    const { seconds, reason } = c.req.valid("json");
    const block = { isBlock: true, seconds, reason, setBy: actorOf(consumerOf(c)) };
    await setOverride(c.get("ctx"), subjectOf(kind, id), block);
    return c.body(null, 204);
  });
