import { answerAtOnce } from "#shared/http/answer-at-once.ts";
import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { createApi } from "./app.ts";
import type { Env } from "./raindrop.gen.ts";

const api = createApi();

export default class extends Service<Env> {
  static readonly answerAtOnce = answerAtOnce;

  fetch(request: Request): Response | Promise<Response> {
    return serveEdge(api, request, this.env, this.ctx);
  }
}
