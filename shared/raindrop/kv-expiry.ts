import type { KvPutOptions } from "./kv-cache.ts";

/** The shortest life that a value may be given. */
const LEAST_MS = 60_000;

/** When a value put now ends, in ms since the epoch; undefined: never. Throws RangeError below 60 seconds. */
export function expiresAtMs({ expiration, expirationTtl }: KvPutOptions, nowMs: number): number | undefined {
  if (expirationTtl !== undefined && expirationTtl * 1000 < LEAST_MS) {
    throw new RangeError("expirationTtl must be at least 60 seconds.");
  }
  if (expiration !== undefined && expiration * 1000 < nowMs + LEAST_MS) {
    throw new RangeError("expiration must lie at least 60 seconds ahead.");
  }
  if (expiration !== undefined) return expiration * 1000;
  return expirationTtl === undefined ? undefined : nowMs + expirationTtl * 1000;
}
