import { defaultKeyHasher } from "@better-auth/api-key";
import { z } from "zod";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
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

const Metadata = z.object({ createdBy: z.string() });

/**
 * Who an API key stands for, and records its use. An expired key is "expired" once and "invalid" from then on:
 * better-auth deletes it when it meets it. The platform's scopes count only while the key's maker holds them.
 * @throws DatabaseError when the database cannot be asked
 */
export async function verifyApiKey(ctx: VerifyApiKeyContext, key: string): Promise<KeyVerdict> {
  const { valid, error, key: found } = await ctx.auth.api.verifyApiKey({ body: { key } });
  if (!valid || !found) {
    if (error?.code === "KEY_EXPIRED") return { failure: "expired" };
    await assertAnswerable(ctx.database, key);
    return { failure: "invalid" };
  }
  const userId = Metadata.safeParse(found.metadata).data?.createdBy ?? null;
  const stated = (found.permissions?.scopes ?? []).filter(isScope);
  const roles = namesPlatformScope(stated) ? await rolesNow(ctx.database, userId) : NO_ROLES;
  const scopes = keptScopes(stated, roles);
  const { isOperator } = roles;
  return {
    principal: { kind: "key", keyId: found.id, tenantId: found.referenceId, userId, scopes, isOperator },
    expiresAtMs: found.expiresAt === null ? null : found.expiresAt.getTime(),
  };
}

const NO_ROLES: PlatformRoles = { isOperator: false, isFinance: false };

/** The plugin answers "invalid" when the database fails, too; only the database can tell the two apart. */
async function assertAnswerable(database: Database, key: string): Promise<void> {
  const hash = await defaultKeyHasher(key);
  const [row] = await database.query(sql<{ isUsable: boolean }>`
    select exists (
      select from apikey where key = ${hash} and enabled and (expires_at is null or expires_at > now())
    ) as is_usable`);
  if (row?.isUsable) throw new Error("An API key could not be verified although it is valid: the database failed.");
}

async function rolesNow(database: Database, userId: string | null): Promise<PlatformRoles> {
  const [row] = await database.query(
    sql<PlatformRoles>`select is_operator, is_finance from "user" where id = ${userId}`,
  );
  return row ?? NO_ROLES;
}
