import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { createOps } from "./app.ts";
import type { Env } from "./raindrop.gen.ts";

const ops = createOps();

export default class extends Service<Env> {
  fetch(request: Request): Response | Promise<Response> {
    return serveEdge(ops, request, this.env, this.ctx);
  }
}
