import type { MiddlewareHandler } from "hono";
import { mayCall } from "#shared/accounts/principal.ts";
import type { RequiredScope } from "#shared/accounts/scopes.ts";
import { fail } from "#shared/kernel/errors.ts";
import type { RouteRule } from "#shared/limits/policies.ts";
import { authenticateRequest } from "./authenticate-request.ts";
import type { EdgeEnv } from "./edge.ts";
import { limitByCaller } from "./limit-request.ts";
import { ProblemError } from "./problem.ts";

/** Authenticates the caller, counts it, and lets through who holds the scope. Runs before the input is validated. */
export const requireScope =
  (scope: RequiredScope, rule: RouteRule): MiddlewareHandler<EdgeEnv> =>
  async (c, next) => {
    const ctx = c.get("ctx");
    ctx.operation = rule.operationId;
    const principal = await authenticateRequest(ctx, c.req.raw);
    c.set("principal", principal);
    if (principal.kind !== "instance") ctx.invocation.tenantId = principal.tenantId;
    if (principal.kind === "run") ctx.invocation.executionId = principal.executionId;
    const limited = limitByCaller(c, principal, rule);
    if (limited) await limited;
    if (!mayCall(principal, scope)) {
      throw new ProblemError(fail("scope_missing", `This operation needs the scope ${scope}.`));
    }
    await next();
  };
