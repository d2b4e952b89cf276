import { Hono } from "hono";
import type { Auth } from "#shared/accounts/auth.ts";

/** Verifiers may keep the keys this long; a new key signs at once, so they read again on a key id unknown to them. */
const JWKS_MAX_AGE_S = 300;

/**
 * better-auth under `/api/auth/*` (its OpenAPI: `/api/auth/open-api/generate-schema`) and the public keys of session
 * JWTs at `/.well-known/jwks.json`. These routes make principals, so they need no scope.
 */
export function authRoutes(auth: Auth): Hono {
  const app = new Hono();
  app.on(["GET", "POST"], "/api/auth/*", async (c) => withoutInnerText(await auth.handler(c.req.raw)));
  app.get("/.well-known/jwks.json", async (c) => {
    c.header("cache-control", `public, max-age=${JWKS_MAX_AGE_S}`);
    return c.json(await auth.api.getJwks());
  });
  return app;
}

/** better-auth puts the text of inner failures into some of its 5xx answers; ours say nothing of the inside. */
function withoutInnerText(response: Response): Response {
  if (response.status < 500) return response;
  const problem = { type: "about:blank", title: "Internal Server Error", status: response.status };
  return Response.json(problem, {
    status: response.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
