import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { LimitOverride, Mode } from "#shared/http/limit-schemas.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { listOverrides } from "#shared/limits/overrides.ts";
import { POLICIES, type Policy } from "#shared/limits/policies.ts";

const LimitPolicy = z
  .object({
    name: z.string(),
    limit: z.int(),
    windowSeconds: z.number(),
    burst: z.int().nullable().describe("Units at once; null: the whole limit."),
    mode: Mode,
    about: z.string(),
  })
  .openapi("LimitPolicy");

export const listLimitsRoute = defineRoute({
  operationId: "listLimits",
  summary: "List the limits: policies, and what overrides them now",
  tags: ["Limits"],
  scope: "operator:limits",
  method: "get",
  path: "/v1/limits",
  responses: {
    200: jsonAnswer(
      z.object({ policies: z.array(LimitPolicy), overrides: z.array(LimitOverride) }),
      "The policies, and the overrides and blocks in force.",
    ),
  },
});

const POLICY_LIST = Object.entries(POLICIES as Record<string, Policy>).map(([name, { quota, mode, about }]) => ({
  name,
  limit: quota.limit,
  windowSeconds: quota.windowMs / 1_000,
  burst: quota.burst ?? null,
  mode,
  about,
}));

export const registerListLimits = (edge: Edge) =>
  edge.openapi(listLimitsRoute, async (c) => {
    const overrides = await listOverrides(c.get("ctx").db);
    const shown = overrides.map(({ windowMs, ...override }) => ({
      ...override,
      windowSeconds: windowMs === null ? null : windowMs / 1_000,
    }));
    return c.json(toJson({ policies: POLICY_LIST, overrides: shown }), 200);
  });
