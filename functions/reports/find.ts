import { z } from "@hono/zod-openapi";
import { costOfRun } from "#shared/costs/read-costs.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { linkTo } from "./paths.ts";

export const findRoute = defineRoute({
  operationId: "find",
  summary: "Lead from an id to the page of its run or invocation",
  tags: ["Pages"],
  scope: "usage:read",
  method: "get",
  path: "/find",
  request: { query: z.object({ id: z.uuid() }) },
  responses: { 303: { description: "To the run if it is one's, else to the invocation." } },
});

export const registerFind = (edge: Edge) =>
  edge.openapi(findRoute, async (c) => {
    const { id } = c.req.valid("query");
    const run = await costOfRun(costReaderOf(c), id);
    return c.redirect(linkTo(run ? `/runs/${id}` : `/invocations/${id}`), 303);
  });
