import { hasScope, type Principal } from "#shared/accounts/principal.ts";
import type { Whose } from "#shared/caching/forget-answers.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { PLATFORM_TENANT } from "#shared/tokens/key-events.ts";

/** Whether a caller acts for the platform's caches: an operator, or one of the platform's own runs. */
export const isCacheOperator = (principal: Principal): boolean =>
  principal.kind === "run" ? principal.tenantId === PLATFORM_TENANT : hasScope(principal, "operator:caches");

/** Whose caches a caller means: its own tenant's, or those of the tenant that the platform names. */
export function tenantMeant(principal: Principal, named: string | undefined): Whose | Failure {
  if (principal.kind === "instance") return fail("not_found");
  const isPlatform = isCacheOperator(principal);
  if (named !== undefined && named !== principal.tenantId && !isPlatform) return fail("not_found");
  return { tenantId: named ?? principal.tenantId, isPlatform };
}
