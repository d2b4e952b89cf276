import type { ExecutionContext } from "#shared/raindrop/context.ts";
import type { Edge } from "./edge.ts";

type HonoExecutionContext = NonNullable<Parameters<Edge["fetch"]>[2]>;

/** Answers one request of a service with its edge. */
export const serveEdge = (
  edge: Edge,
  request: Request,
  env: object,
  ctx: ExecutionContext,
): Response | Promise<Response> => edge.fetch(request, env, ctx as HonoExecutionContext); // safe: an edge only hands it to openContext
