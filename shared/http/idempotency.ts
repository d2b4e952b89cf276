import type { IdempotencyKey } from "#shared/database/write-once.ts";

/** The `Idempotency-Key` of a request, bound to its operation and to all that was asked. */
export const idempotencyOf = (
  headers: { "idempotency-key"?: string | undefined },
  operation: string,
  request: unknown,
): IdempotencyKey | undefined => {
  const key = headers["idempotency-key"];
  return key === undefined ? undefined : { key, operation, request };
};
