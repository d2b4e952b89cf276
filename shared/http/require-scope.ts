import type { MiddlewareHandler } from "hono";
import { hasScope } from "#shared/accounts/principal.ts";
import type { Scope } from "#shared/accounts/scopes.ts";
import { fail } from "#shared/kernel/errors.ts";
import { authenticateRequest } from "./authenticate-request.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

/** Authenticates the caller and lets through who holds the operation's scope. Runs before the input is validated. */
export const requireScope =
  (scope: Scope, operationId: string): MiddlewareHandler<EdgeEnv> =>
  async (c, next) => {
    const ctx = c.get("ctx");
    ctx.operation = operationId;
    const principal = await authenticateRequest(ctx, c.req.raw);
    if (!hasScope(principal, scope)) {
      throw new ProblemError(fail("scope_missing", `This operation needs the scope ${scope}.`));
    }
    c.set("principal", principal);
    if (principal.kind !== "instance") ctx.invocation.tenantId = principal.tenantId;
    if (principal.kind === "run") ctx.invocation.executionId = principal.executionId;
    await next();
  };
