import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { createHooks } from "./app.ts";
import type { Env } from "./raindrop.gen.ts";

const hooks = createHooks();

export default class extends Service<Env> {
  fetch(request: Request): Response | Promise<Response> {
    return serveEdge(hooks, request, this.env, this.ctx);
  }
}
