import { defaultKeyHasher } from "@better-auth/api-key";
import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { Auth } from "./auth.ts";
import type { KeyPrincipal } from "./principal.ts";
import { isScope, keptScopes, namesPlatformScope, type PlatformRoles } from "./scopes.ts";

export interface VerifyApiKeyContext {
  readonly auth: Auth;
  readonly database: Database;
}

export type KeyVerdict =
  | { readonly principal: KeyPrincipal; readonly expiresAtMs: number | null }
  | { readonly failure: "invalid" | "expired" };

/**
 * Who an API key stands for, in one statement, which also records its use, once a minute at most. better-auth makes the keys and
 * owns their table; it is asked itself for a key that is expired, which it then deletes ("expired" once and "invalid" from
 * then on), or good for so many uses. The platform's scopes count only while the key's maker holds them.
 * @throws DatabaseError when the database cannot be asked
 */
export async function verifyApiKey({ auth, database }: VerifyApiKeyContext, key: string): Promise<KeyVerdict> {
  const [found] = await database.query(findKey(await defaultKeyHasher(key)));
  if (!found?.isEnabled) return { failure: "invalid" };
  if (found.isExpired || found.isCounted) {
    const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
    if (!valid) return { failure: error?.code === "KEY_EXPIRED" ? "expired" : "invalid" };
  }
  const { keyId, tenantId, userId, expiresAt, makersRoles } = found;
  const stated = (found.scopes ?? []).filter(isScope);
  const roles = namesPlatformScope(stated) ? makersRoles : NO_ROLES;
  return {
    principal: {
      kind: "key",
      keyId,
      tenantId,
      userId,
      scopes: keptScopes(stated, roles),
      isOperator: roles.isOperator,
    },
    expiresAtMs: expiresAt === null ? null : expiresAt.getTime(),
  };
}

const NO_ROLES: PlatformRoles = { isOperator: false, isFinance: false };

interface FoundKey {
  readonly keyId: string;
  readonly tenantId: string;
  readonly isEnabled: boolean;
  readonly expiresAt: Date | null;
  readonly isExpired: boolean;
  /** So many uses are left of it, or it is refilled. */
  readonly isCounted: boolean;
  readonly scopes: string[] | null;
  /** Who made it; null: nobody knows. */
  readonly userId: string | null;
  readonly makersRoles: PlatformRoles;
}

/** Nobody waits for the row of a busy key, nor for the disk: that it was used is found again with its next use. */
const findKey = (hash: string): Statement<FoundKey> => sql<FoundKey>`
  with used as (
    update apikey set last_request = now() where id = (
      select id from apikey
      where key = ${hash} and enabled and (expires_at is null or expires_at > now()) and remaining is null
        and (last_request is null or last_request < now() - interval '1 minute')
      for no key update skip locked)
    returning set_config('synchronous_commit', 'off', true))
  select k.id as key_id, k.reference_id as tenant_id, k.enabled as is_enabled, k.expires_at,
    coalesce(k.expires_at <= now(), false) as is_expired, k.remaining is not null as is_counted,
    case when jsonb_typeof(k.permissions -> 'scopes') = 'array' then k.permissions -> 'scopes' end as scopes,
    k.metadata ->> 'createdBy' as user_id,
    jsonb_build_object('isOperator', coalesce(u.is_operator, false), 'isFinance', coalesce(u.is_finance, false)) as makers_roles
  from (
    select id, reference_id, enabled, expires_at, remaining,
      case when permissions is json object then permissions::jsonb end as permissions,
      case when metadata is json object then metadata::jsonb end as metadata
    from apikey where key = ${hash} and (metadata is null or metadata is json)) as k
  left join "user" u on u.id = k.metadata ->> 'createdBy'`;
