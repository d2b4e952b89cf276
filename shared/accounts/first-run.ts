import { isGuard } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { createApiKey } from "./api-keys.ts";
import { accountStatements, type CreateAccountContext, ownerPrincipal } from "./create-account.ts";

export interface FirstAccount {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

const NOT_FIRST = "accounts_not_first";
const TENANT_NAME = "First tenant";
const EMAIL = "operator@rainwire.local";
/** One process at a time decides whether it is the first; the number only has to be nobody else's. */
const LOCK = 7_249_001_001;

/**
 * On a database without users: a tenant, its owner (a platform operator) and an API key with everything the owner
 * holds. Null where there are users, also when another process has just made the first. The secrets are returned here
 * once and kept nowhere.
 */
export async function ensureFirstAccount(ctx: CreateAccountContext): Promise<FirstAccount | null> {
  const noUser = sql<{ isEmpty: boolean }>`select not exists (select from "user") as is_empty`;
  const [users] = await ctx.database.query(noUser);
  if (!users?.isEmpty) return null;

  const password = randomPassword();
  const { tenantId, userId, statements } = await accountStatements(ctx.auth, {
    email: EMAIL,
    password,
    name: "Operator",
    tenantName: TENANT_NAME,
    isOperator: true,
  });
  try {
    await ctx.database.batch([sql`select pg_advisory_xact_lock(${LOCK})`, ensure(NOT_FIRST, noUser), ...statements]);
  } catch (error) {
    if (isGuard(error, NOT_FIRST)) return null;
    throw error;
  }

  const principal = ownerPrincipal(tenantId, userId, true);
  const key = await createApiKey({ ...ctx, principal }, { name: "First key", scopes: [...principal.scopes] });
  if (key.kind !== "created") throw new Error(`The first API key was not made: ${key.kind}.`);
  return { tenantId, tenantName: TENANT_NAME, email: EMAIL, password, apiKey: key.key };
}

const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789_-.!+=*@"; // 64: a byte's low six bits

/** 24 characters of 6 random bits each. */
function randomPassword(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => ALPHABET[byte & 63]).join("");
}
