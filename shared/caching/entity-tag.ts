/**
 * A strong `ETag` (RFC 9110 §8.8.3) of a text: 106 bits of two unkeyed hashes, which no two states of one resource share
 * by chance. It guards nothing: whoever may write the text may also find two of one tag.
 * @param version stands before it, so that `If-Match` may name the version alone
 */
export function entityTag(text: string, version?: number): string {
  const hash = hash53(text, 0x9e3779b9).toString(36) + hash53(text, 0x85ebca6b).toString(36);
  return version === undefined ? `"${hash}"` : `"${version}-${hash}"`;
}

/** cyrb53 of bryc (public domain): two mixed 32-bit lanes. */
function hash53(text: string, seed: number): number {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

/** Whether `If-None-Match` names the tag, or any (RFC 9110 §13.1.2: weakly compared). */
export function isNamed(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  if (ifNoneMatch.trim() === "*") return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === etag);
}
