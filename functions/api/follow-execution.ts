import { z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { followExecution, readExecution } from "#shared/actions/read-executions.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam } from "#shared/http/schemas.ts";

/** A stream ends by itself after this long; a client resumes with Last-Event-ID. */
const LONGEST_STREAM_MS = 10 * 60_000;

export const followExecutionRoute = defineRoute({
  operationId: "followExecution",
  summary: "Follow an execution (server-sent events)",
  description:
    "One `state` event per change of state, its id the execution's version and its data the execution. The stream ends when the execution has settled, or after ten minutes; resume it with `Last-Event-ID`.",
  tags: ["Executions"],
  scope: "executions:read",
  problems: ["not_found"],
  method: "get",
  path: "/v1/executions/{id}/events",
  request: { params: IdParam, headers: z.object({ "last-event-id": z.coerce.number().int().min(0).optional() }) },
  responses: { 200: { description: "The stream.", content: { "text/event-stream": { schema: z.string() } } } },
});

export const registerFollowExecution = (edge: Edge) =>
  edge.openapi(followExecutionRoute, async (c) => {
    const ctx = c.get("ctx");
    const { tenantId } = callerOf(c);
    const { id } = c.req.valid("param");
    orProblem(await readExecution(ctx.loads, tenantId, id));
    const { signal } = c.req.raw;
    const afterVersion = c.req.valid("header")["last-event-id"] ?? 0;
    return streamSSE(c, async (stream) => {
      const states = followExecution(ctx, tenantId, id, {
        untilMs: ctx.clock() + LONGEST_STREAM_MS,
        afterVersion,
        signal,
      });
      for await (const execution of states) {
        await stream.writeSSE({ event: "state", id: String(execution.version), data: JSON.stringify(execution) });
      }
    });
  });
