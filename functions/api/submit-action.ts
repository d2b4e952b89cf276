import { z } from "@hono/zod-openapi";
import { ACTION_NAMES } from "#shared/actions/catalog.ts";
import { isSettled } from "#shared/actions/execution.ts";
import { awaitExecution, readExecution } from "#shared/actions/read-executions.ts";
import { submitAction } from "#shared/actions/submit-action.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { preferredWait } from "#shared/http/prefer.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdempotencyHeader, jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { Execution } from "./execution-schema.ts";

const Action = z
  .object({
    action: z
      .string()
      .describe(`One of: ${ACTION_NAMES.join(", ")}.`)
      .openapi({ example: "goal.create" }),
    data: z
      .record(z.string(), z.unknown())
      .openapi({ example: { title: "Run a half marathon", targetDate: "2027-04-18" } }),
    context: z.record(z.string(), z.unknown()).default({}).describe("Passed on to the workflow as it is."),
  })
  .openapi("Action");

const Accepted = z.object({ executionId: z.uuid(), status: z.string() }).openapi("ActionAccepted");

export const submitActionRoute = defineRoute({
  operationId: "submitAction",
  summary: "Submit an action",
  description:
    "Writes the action's facts and starts its workflow. `Prefer: wait=N` answers with the execution's result when it comes within N seconds (at most 60).",
  tags: ["Actions"],
  scope: "actions:submit",
  limit: { cost: 2 },
  problems: ["unknown_action", "not_found", "idempotency_key_reused", "busy"],
  method: "post",
  path: "/v2/unified",
  request: {
    headers: IdempotencyHeader.extend({ prefer: z.string().optional().describe("`wait=N` (RFC 7240)") }),
    ...jsonBody(Action),
  },
  responses: {
    200: jsonAnswer(Execution, "The execution settled within the wait."),
    202: {
      ...jsonAnswer(Accepted, "Taken. The execution is at `Location`."),
      headers: z.object({ location: z.string(), "preference-applied": z.string().optional() }),
    },
  },
});

export const registerSubmitAction = (edge: Edge) =>
  edge.openapi(submitActionRoute, async (c) => {
    const ctx = c.get("ctx");
    const caller = callerOf(c);
    const input = c.req.valid("json");
    const { "idempotency-key": key, prefer } = c.req.valid("header");
    const idempotency = key === undefined ? undefined : { key, operation: "submitAction", request: input };
    const { executionId } = orProblem(await submitAction(ctx, caller, input, idempotency));
    ctx.invocation.executionId = executionId;
    c.header("location", `/v1/executions/${executionId}`);
    const waitSeconds = preferredWait(prefer);
    if (waitSeconds !== undefined) c.header("preference-applied", `wait=${waitSeconds}`);
    const execution = orProblem(
      waitSeconds === undefined
        ? await readExecution(ctx.loads, caller.tenantId, executionId)
        : await awaitExecution(ctx, caller.tenantId, executionId, waitSeconds * 1000),
    );
    if (waitSeconds !== undefined && isSettled(execution)) return c.json(toJson(execution), 200);
    return c.json({ executionId, status: execution.status }, 202);
  });
