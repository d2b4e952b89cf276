import { type Failure, fail } from "#shared/kernel/errors.ts";
import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";
import { type Database, isDuplicate } from "./database.ts";
import { type Statement, sql } from "./sql.ts";

/** A caller's Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header) for one operation. */
export interface IdempotencyKey {
  key: string;
  operation: string;
  /** What was asked: the key may stand for this request only. */
  request: unknown;
}

/**
 * Runs `write` with the key's row in its batch. A key that was used before for the same request gives the id made
 * then; for another request it fails with `idempotency_key_reused`. Keys are kept for a day at least.
 * @param resourceId what `write` makes
 */
export async function writeOnce(
  db: Database,
  tenantId: string,
  idempotency: IdempotencyKey | undefined,
  resourceId: string,
  write: (keyRow: Statement[]) => Promise<void>,
): Promise<{ resourceId: string; isRepeated: boolean } | Failure> {
  if (!idempotency) {
    await write([]);
    return { resourceId, isRepeated: false };
  }
  const { key, operation } = idempotency;
  const fingerprint = sha256Hex(canonicalJson(idempotency.request));
  const keyRow = sql`insert into idempotency_keys (tenant_id, operation, key, fingerprint, resource_id)
    values (${tenantId}, ${operation}, ${key}, ${fingerprint}, ${resourceId})`;
  try {
    await write([keyRow]);
    return { resourceId, isRepeated: false };
  } catch (error) {
    if (!isDuplicate(error, "idempotency_keys_pk")) throw error;
  }
  const [known] = await db.query(sql<{ fingerprint: string; resourceId: string }>`
    select fingerprint, resource_id from idempotency_keys
    where tenant_id = ${tenantId} and operation = ${operation} and key = ${key}`);
  if (!known) return fail("busy", "The key's first request is just being removed. Try again.");
  if (known.fingerprint !== fingerprint) return fail("idempotency_key_reused");
  return { resourceId: known.resourceId, isRepeated: true };
}
