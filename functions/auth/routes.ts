import { Hono } from "hono";
import type { Auth } from "#shared/accounts/auth.ts";
import { publicKeys } from "#shared/accounts/key-set.ts";
import { problemDocument } from "#shared/http/problem.ts";

/** Verifiers may keep the keys this long; a new key signs at once, so they read again on a key id unknown to them. */
const JWKS_MAX_AGE_S = 300;

/**
 * better-auth under `/api/auth/*` (its OpenAPI: `/api/auth/open-api/generate-schema`) and the public keys of session
 * JWTs at `/.well-known/jwks.json`. These routes make principals, so they need no scope.
 * @param onFailure hears why a request was answered with 500
 */
export function authRoutes(auth: Auth, onFailure: (error: Error) => void): Hono {
  const app = new Hono();
  app.onError((error) => {
    onFailure(error);
    return internalServerError();
  });
  app.on(["GET", "POST"], "/api/auth/*", async (c) => withRetryAfter(await auth.handler(c.req.raw)));
  app.get("/.well-known/jwks.json", async (c) => {
    c.header("cache-control", `public, max-age=${JWKS_MAX_AGE_S}`);
    return c.json(await publicKeys(auth));
  });
  return app;
}

/** better-auth says when to try again in a header of its own; its client reads `message`. */
function withRetryAfter(response: Response): Response {
  const seconds = response.headers.get("x-retry-after");
  if (seconds === null) return response;
  response.headers.set("retry-after", seconds);
  if (response.status !== 429) return response;
  const document = problemDocument({ failure: "rate_limited", violatedPolicies: ["sign-in"] });
  const headers = new Headers(response.headers);
  headers.set("content-type", "application/problem+json");
  headers.delete("content-length");
  return new Response(JSON.stringify({ ...document, message: document.title }), { status: 429, headers });
}

const internalServerError = (): Response =>
  Response.json(
    { type: "about:blank", title: "Internal Server Error", status: 500 },
    { status: 500, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } },
  );
