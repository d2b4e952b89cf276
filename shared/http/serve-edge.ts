import type { ExecutionContext } from "#shared/raindrop/context.ts";
import type { Edge } from "./edge.ts";

type HonoExecutionContext = NonNullable<Parameters<Edge["fetch"]>[2]>;

/** Answers one request of a service with its edge. */
export const serveEdge = async (edge: Edge, request: Request, env: object, ctx: ExecutionContext): Promise<Response> =>
  await edge.fetch(request, env, ctx as HonoExecutionContext); // safe: an edge only hands it to openContext
