import { isAPIError } from "better-auth/api";
import { z } from "zod";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { toAccountsError } from "./accounts-error.ts";
import { API_KEY_MAX_DAYS, type Auth } from "./auth.ts";
import type { KeyPrincipal, UserPrincipal } from "./principal.ts";
import { ALL_SCOPES, isScope, type Scope } from "./scopes.ts";

export interface ApiKeysContext {
  readonly auth: Auth;
  readonly database: Database;
  /** Who asks; its tenant owns the keys. */
  readonly principal: UserPrincipal | KeyPrincipal;
}

export const NewApiKey = z.object({
  name: z.string().trim().min(1).max(64),
  scopes: z.array(z.enum(ALL_SCOPES)).min(1),
  expiresInDays: z.int().min(1).max(API_KEY_MAX_DAYS).optional(), // without it the key does not expire
});
export type NewApiKey = z.infer<typeof NewApiKey>;

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly start: string; // its first characters
  readonly scopes: readonly Scope[];
  readonly createdBy: string | null;
  readonly isEnabled: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export type CreateApiKeyResult =
  | { readonly kind: "created"; readonly id: string; readonly key: string; readonly expiresAt: Date | null }
  | { readonly kind: "scopes_not_held"; readonly scopes: readonly Scope[] }
  | { readonly kind: "not_allowed" }; // its maker's role in the tenant may not, or no longer, make keys

/** Makes a key of the caller's tenant. `key` is shown here only: what is stored is its SHA-256. */
export async function createApiKey(ctx: ApiKeysContext, input: NewApiKey): Promise<CreateApiKeyResult> {
  const { auth, principal } = ctx;
  const { name, scopes, expiresInDays } = NewApiKey.parse(input);
  const notHeld = scopes.filter((scope) => !principal.scopes.includes(scope));
  if (notHeld.length > 0) return { kind: "scopes_not_held", scopes: notHeld };
  if (principal.userId === null) return { kind: "not_allowed" };
  try {
    const { id, key, expiresAt } = await auth.api.createApiKey({
      body: {
        name,
        organizationId: principal.tenantId,
        userId: principal.userId,
        permissions: { scopes: [...new Set(scopes)] },
        metadata: { createdBy: principal.userId },
        ...(expiresInDays !== undefined && { expiresIn: expiresInDays * 86_400 }),
      },
    });
    return { kind: "created", id, key, expiresAt };
  } catch (error) {
    if (isAPIError(error) && error.status === "FORBIDDEN") return { kind: "not_allowed" };
    throw toAccountsError(error);
  }
}

interface KeyRow extends Omit<ApiKey, "scopes"> {
  readonly scopes: string[];
}

/** The keys of the caller's tenant, the newest first. */
export async function listApiKeys({ database, principal }: ApiKeysContext): Promise<ApiKey[]> {
  const rows = await database.query(sql<KeyRow>`
    select id, name, start, coalesce(permissions::jsonb -> 'scopes', '[]') as scopes,
      metadata::jsonb ->> 'createdBy' as created_by, enabled as is_enabled, created_at, expires_at,
      last_request as last_used_at
    from apikey where reference_id = ${principal.tenantId} order by id desc`);
  return rows.map((row) => ({ ...row, scopes: row.scopes.filter(isScope) }));
}

/** Ends a key at once. False: the caller's tenant has no such key. */
export async function revokeApiKey({ database, principal }: ApiKeysContext, keyId: string): Promise<boolean> {
  const revoked = await database.query(sql`
    delete from apikey where id = ${keyId} and reference_id = ${principal.tenantId} returning id`);
  return revoked.length > 0;
}
