import { sha256Hex } from "#shared/kernel/hash.ts";

/**
 * A strong `ETag` (RFC 9110 §8.8.3) of a text: 128 bits of its SHA-256.
 * @param version stands before it, so that `If-Match` may name the version alone
 */
export function entityTag(text: string, version?: number): string {
  const digest = sha256Hex(text).slice(0, 32);
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
}

/** Whether `If-None-Match` names the tag, or any (RFC 9110 §13.1.2: weakly compared). */
export function isNamed(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  if (ifNoneMatch.trim() === "*") return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === etag);
}
