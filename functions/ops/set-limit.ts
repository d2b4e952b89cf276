import { z } from "@hono/zod-openapi";
import { actorOf } from "#shared/accounts/principal.ts";
import { consumerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Mode, QuotaInput, Reason, Seconds, SubjectParam } from "#shared/http/limit-schemas.ts";
import { jsonBody, noContent } from "#shared/http/schemas.ts";
import { setOverride } from "#shared/limits/overrides.ts";
import { subjectOf } from "#shared/limits/subject.ts";

const LimitInput = z
  .strictObject({
    quota: QuotaInput.optional().describe("Default: the policy's own, so that only the mode changes."),
    mode: Mode.optional(),
    seconds: Seconds.optional().describe("Default: until it is lifted."),
    reason: Reason,
  })
  .refine(({ quota, mode }) => quota || mode, { path: ["quota"], error: "state a quota, a mode, or both" })
  .openapi("LimitInput");

export const setLimitRoute = defineRoute({
  operationId: "setLimit",
  summary: "Override the limit of one caller, or of all of a kind",
  description: "In force in every process within a second. It takes the place of the one before.",
  tags: ["Limits"],
  scope: "operator:limits",
  method: "put",
  path: "/v1/limits/{kind}/{id}",
  request: { params: SubjectParam, ...jsonBody(LimitInput) },
  responses: { 204: noContent("In force.") },
});

export const registerSetLimit = (edge: Edge) =>
  edge.openapi(setLimitRoute, async (c) => {
    const { kind, id } = c.req.valid("param");
    const { quota, mode, seconds, reason } = c.req.valid("json");
    await setOverride(c.get("ctx"), subjectOf(kind, id), {
      isBlock: false,
      quota: quota && { limit: quota.limit, windowMs: quota.windowSeconds * 1_000, burst: quota.burst },
      mode,
      seconds,
      reason,
      setBy: actorOf(consumerOf(c)),
    });
    return c.body(null, 204);
  });
