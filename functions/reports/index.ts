import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { createReports } from "./app.ts";
import type { Env } from "./raindrop.gen.ts";

const reports = createReports();

/** Pages about costs, for finance people and tenants. */
export default class extends Service<Env> {
  async fetch(request: Request): Promise<Response> {
    return await serveEdge(reports, request, this.env, this.ctx);
  }
}
