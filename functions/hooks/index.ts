import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { createHooks } from "./app.ts";
import type { Env } from "./raindrop.gen.ts";

const hooks = createHooks();

export default class extends Service<Env> {
  async fetch(request: Request): Promise<Response> {
    return await serveEdge(hooks, request, this.env, this.ctx);
  }
}
