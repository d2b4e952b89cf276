import { authenticate } from "#shared/accounts/authenticate.ts";
import type { Principal } from "#shared/accounts/principal.ts";
import { isScope } from "#shared/accounts/scopes.ts";
import { type ErrorCode, fail } from "#shared/kernel/errors.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";
import { instanceOfErrorKey } from "#shared/workflows/instances.ts";
import { readRunToken } from "#shared/workflows/run-token.ts";
import { ProblemError } from "./problem.ts";

/** What the bearer keys of error workflows begin with; they name an n8n instance, not a tenant. */
export const ERROR_KEY_PREFIX = "rwe_";

const FAILURES: Record<string, ErrorCode> = {
  missing: "unauthenticated",
  invalid: "unauthenticated",
  expired: "credential_expired",
  no_tenant: "tenant_missing",
};

/** The caller of a request, whichever credential it carries; a problem document when there is none that holds. */
export async function authenticateRequest(ctx: RainwireContext, request: Request): Promise<Principal> {
  const bearer = /^bearer +(\S+)/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer?.startsWith(ERROR_KEY_PREFIX)) {
    const instanceId = await instanceOfErrorKey(ctx.db, bearer);
    if (instanceId !== undefined) return { kind: "instance", instanceId, scopes: ["errors:report"] };
    throw unauthenticated("unauthenticated");
  }
  const authentication = await authenticate(
    {
      auth: ctx.auth,
      database: ctx.db,
      tokens: ctx.tokens,
      sessionCache: ctx.sessionCache,
      clock: ctx.clock,
      verifyRunToken: (token) => runPrincipal(ctx, token),
    },
    request,
  );
  if ("principal" in authentication) return authentication.principal;
  throw unauthenticated(FAILURES[authentication.failure] ?? "unauthenticated");
}

const unauthenticated = (code: ErrorCode): ProblemError =>
  new ProblemError(fail(code), { "www-authenticate": 'Bearer realm="rainwire"' });

async function runPrincipal(ctx: RainwireContext, token: string): Promise<Principal | undefined> {
  const grant = await readRunToken(ctx.secret, token, ctx.clock());
  if (!grant) return undefined;
  return { kind: "run", ...grant, scopes: grant.scopes.filter(isScope) };
}
