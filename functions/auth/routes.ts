import { Hono } from "hono";
import type { Auth } from "#shared/accounts/auth.ts";
import type { Database } from "#shared/database/database.ts";
import { problemDocument } from "#shared/http/problem.ts";
import { sendPublic } from "#shared/http/send-public.ts";
import type { TokenState } from "#shared/tokens/token-state.ts";
import { jwksText } from "./get-jwks.ts";

export interface AuthRoutesContext {
  readonly auth: Auth;
  readonly database: Database;
  readonly tokens: TokenState;
}

/**
 * better-auth under `/api/auth/*` (its OpenAPI: `/api/auth/open-api/generate-schema`). Its `/jwks` answers the keys of
 * `/.well-known/jwks.json`, which sign the JWTs of its `/token`. These routes make principals, so they need no scope.
 * @param onFailure hears why a request was answered with 500
 */
export function authRoutes({ auth, database, tokens }: AuthRoutesContext, onFailure: (error: Error) => void): Hono {
  const app = new Hono();
  app.onError((error) => {
    onFailure(error);
    return internalServerError();
  });
  app.get("/api/auth/jwks", async (c) => sendPublic(c, await jwksText(tokens, database)));
  app.on(["GET", "POST"], "/api/auth/*", async (c) =>
    withRetryAfter(await auth.handler(await withoutCachedSession(auth, c.req.raw))),
  );
  return app;
}

/**
 * The cookie that stands for a session's row may outlive the session. Our own check knows which have ended
 * (shared/accounts/authenticate.ts); better-auth's routes do not, so they read the row.
 */
async function withoutCachedSession(auth: Auth, request: Request): Promise<Request> {
  const { name } = (await auth.$context).authCookies.sessionData;
  const cookie = request.headers.get("cookie");
  if (!cookie?.includes(name)) return request;
  const kept = cookie.split(";").filter((pair) => !pair.trim().startsWith(name));
  const clean = new Request(request);
  clean.headers.set("cookie", kept.join(";"));
  return clean;
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
