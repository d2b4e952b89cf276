import type { Scope } from "#shared/accounts/scopes.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";

/** Whose mappings a caller means: the tenant's own, or the platform's, which hold for every tenant. */
export const MAPPING_OWNERS = ["tenant", "platform"] as const;

/** The owner as mappings keep it: null for the platform, which only an operator may act for. */
export function mappingOwner(
  caller: { readonly tenantId: string; readonly scopes: readonly Scope[] },
  owner: (typeof MAPPING_OWNERS)[number],
): { owner: string | null } | Failure {
  if (owner === "tenant") return { owner: caller.tenantId };
  if (caller.scopes.includes("operator:mappings")) return { owner: null };
  return fail("scope_missing", "The platform's mappings are changed with the scope operator:mappings only.");
}
