import type { Context } from "hono";
import { describeUser } from "#shared/accounts/describe-user.ts";
import { hasScope } from "#shared/accounts/principal.ts";
import { listTenants } from "#shared/accounts/tenant-names.ts";
import { consumerOf } from "#shared/http/caller.ts";
import type { EdgeEnv } from "#shared/http/edge.ts";
import { formToken } from "#shared/http/form-token.ts";

/** Who reads a page. */
export interface Viewer {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly name: string;
  /** Reads all tenants and the platform's own. */
  readonly isFinance: boolean;
  /** Whom finance chooses among; empty for a tenant. */
  readonly tenants: readonly { id: string; name: string }[];
  /** May close periods. */
  readonly canClose: boolean;
  /** May set budgets: the own ones, or the platform's. */
  readonly canBudget: boolean;
  /** What forms of this session carry; absent for API keys, which have no forms. */
  readonly formToken: string | undefined;
}

const MOST_TENANTS = 200;

/** The reader of a page of ours, for the page itself: what may be read is decided by the verbs. */
export async function viewerOf(c: Context<EdgeEnv>): Promise<Viewer> {
  const principal = consumerOf(c);
  const { db, secret } = c.get("ctx");
  const { tenantId, userId } = principal;
  const { name, tenantName } = await describeUser(db, { tenantId, userId });
  const [isFinance, canClose] = [hasScope(principal, "finance:read"), hasScope(principal, "finance:close")];
  return {
    tenantId,
    tenantName,
    name,
    isFinance,
    canClose,
    tenants: isFinance ? await listTenants(db, MOST_TENANTS) : [],
    canBudget: hasScope(principal, "budgets:write") && (!isFinance || canClose),
    formToken: principal.kind === "user" ? await formToken(secret, principal.sessionId) : undefined,
  };
}
