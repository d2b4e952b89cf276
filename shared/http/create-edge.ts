import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { formatTraceparent } from "#shared/tracing/trace-context.ts";
import type { Edge, EdgeEnv } from "./edge.ts";
import { createEdgeRouter } from "./edge-router.ts";
import { limitBody } from "./limit-body.ts";
import { limitByAddress } from "./limit-request.ts";
import { noteAbuse } from "./note-abuse.ts";
import { ProblemError, problemResponse } from "./problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** How a failure is answered. */
export type AnswerProblem = (
  c: Context<EdgeEnv>,
  failure: Failure,
  headers?: Record<string, string>,
) => Response | Promise<Response>;

/**
 * The app that every service starts from: request id, trace, the limit of the address, limits on the body, and
 * problem documents everywhere.
 * @param answerProblem for a service whose callers also read pages
 */
export function createEdge(answerProblem: AnswerProblem = problemResponse): Edge {
  const edge = new OpenAPIHono<EdgeEnv>({
    router: createEdgeRouter(),
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const place = result.target === "json" ? "" : result.target === "param" ? "path" : result.target;
      return answerProblem(
        c,
        fail(
          "invalid_request",
          "See `errors` for each field.",
          result.error.issues.map(({ path, message }) => ({ pointer: `${place}/${path.join("/")}`, detail: message })),
        ),
      );
    },
  });

  edge.use(async (c, next) => {
    const ctx = openContext(c.executionCtx);
    c.set("ctx", ctx);
    c.set("requestId", ctx.invocation.id);
    // Before the answer, whose headers are costly to change once it is made.
    c.header("x-request-id", ctx.invocation.id);
    c.header("traceparent", formatTraceparent(ctx.invocation.trace));
    const limited = limitByAddress(ctx, c.req.raw);
    if (limited) await limited;
    await next();
    noteAbuse(c);
  });
  edge.use(limitBody);
  edge.notFound((c) => {
    const allowed = METHODS.filter((method) =>
      edge.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
    );
    if (allowed.length === 0) return answerProblem(c, fail("not_found", "There is no operation at this path."));
    return answerProblem(c, fail("method_not_allowed", `It takes ${allowed.join(", ")}.`), {
      allow: allowed.join(", "),
    });
  });
  edge.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.failure, error.headers);
    if (error instanceof HTTPException && error.status === 400) return answerProblem(c, fail("malformed_json"));
    c.get("ctx").log.error("the request failed", { error: error.message, path: c.req.routePath, stack: error.stack });
    return answerProblem(c, fail("internal"));
  });
  return edge;
}

/**
 * Closes an edge when its routes are registered. Throws when one was added past `defineRoute`, and so without a
 * scope: such a service does not start.
 */
export function sealEdge(edge: Edge): Edge {
  const declared = new Set<string>();
  for (const definition of edge.openAPIRegistry.definitions) {
    if (definition.type !== "route" || !("x-required-scope" in definition.route)) continue;
    declared.add(`${definition.route.method.toUpperCase()} ${definition.route.path.replace(/\{(\w+)\}/g, ":$1")}`);
  }
  const undeclared = edge.routes
    .filter(({ method, path }) => method !== "ALL" && !declared.has(`${method} ${path}`))
    .map(({ method, path }) => `${method} ${path}`);
  if (undeclared.length > 0) {
    throw new Error(`Routes without a scope: ${[...new Set(undeclared)].join(", ")}. Declare them with defineRoute().`);
  }
  return edge;
}
