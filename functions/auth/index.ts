import { serveEdge } from "#shared/http/serve-edge.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { createTokens } from "./app.ts";
import { guardSignIn } from "./guard-sign-in.ts";
import type { Env } from "./raindrop.gen.ts";
import { authRoutes } from "./routes.ts";

const tokensEdge = createTokens();

/** Signs users in: better-auth, access and refresh tokens, and the keys that verify them. */
export default class extends Service<Env> {
  async fetch(request: Request): Promise<Response> {
    if (!new URL(request.url).pathname.startsWith("/api/auth/")) {
      return await serveEdge(tokensEdge, request, this.env, this.ctx);
    }
    const ctx = openContext(this.ctx);
    const { auth, db: database, tokens, log } = ctx;
    const onFailure = (error: Error) => log.error("sign-in failed on our side", { error: error.message });
    const routes = authRoutes({ auth, database, tokens }, onFailure);
    return await guardSignIn(ctx, request, async (guarded) => await routes.fetch(guarded));
  }
}
