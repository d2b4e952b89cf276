import { Service } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { guardSignIn } from "./guard-sign-in.ts";
import type { Env } from "./raindrop.gen.ts";
import { authRoutes } from "./routes.ts";

/** Signs users in: better-auth, and the keys of session JWTs. */
export default class extends Service<Env> {
  async fetch(request: Request): Promise<Response> {
    const ctx = openContext(this.ctx);
    const { auth, log } = ctx;
    const routes = authRoutes(auth, (error) => log.error("sign-in failed on our side", { error: error.message }));
    return await guardSignIn(ctx, request, async (guarded) => await routes.fetch(guarded));
  }
}
