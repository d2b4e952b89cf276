import { createHash } from "node:crypto";

/** 16 letters and digits, as n8n makes them, derived from what is named: a regenerated file keeps its ids. */
export function stableId(...of: string[]): string {
  const hash = createHash("sha512").update(of.join("\n")).digest("base64");
  return hash.replace(/[^A-Za-z0-9]/g, "").slice(0, 16);
}

/** A version-8 UUID (RFC 9562, section 5.8) derived the same way. */
export function stableUuid(...of: string[]): string {
  const hex = createHash("sha256").update(of.join("\n")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
