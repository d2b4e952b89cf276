/**
 * The runtime's own hash functions, which Node.js has, and workerd by `nodejs_compat`. WebCrypto's take a wait, for a short
 * text longer than the hash.
 */
const { hash } = process.getBuiltinModule("node:crypto");

/** SHA-256 of a text in UTF-8, or of bytes, in hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data);

/** The same JSON text for equal values, whatever the order of their members. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
