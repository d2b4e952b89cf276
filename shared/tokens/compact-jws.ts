import type { JWK } from "jose";
import { z } from "zod";
import { ALGORITHMS, type Algorithm } from "./key-pair.ts";

/** The media type of an access token (RFC 9068 §2.1), so that no other JWT of ours passes for one. */
export const ACCESS_TOKEN_TYPE = "at+jwt";

const LONGEST = 4096;
/** Base64url without padding whose unused last bits are zero, so that a token has one spelling (RFC 4648 §3.5). */
const CANONICAL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

/** No other member is looked at, so none is let pass: not `jku`, `jwk`, `x5u`, `x5c`, `crit`, `zip`, `b64`. */
const Header = z.strictObject({
  alg: z.enum(ALGORITHMS),
  typ: z.literal(ACCESS_TOKEN_TYPE),
  kid: z.uuid(),
});

/**
 * The runtime's own, which answers at once: with WebCrypto's answer, which has to be waited for, a check takes half as
 * long again.
 */
const { createPublicKey, verify } = process.getBuiltinModule("node:crypto");

export type PublicKey = ReturnType<typeof createPublicKey>;

export const importPublicKey = (jwk: JWK): PublicKey => createPublicKey({ key: jwk, format: "jwk" });

/** A token that has the one form that ours have. Proves nothing yet. */
export interface CompactJws {
  readonly header: z.infer<typeof Header>;
  /** JSON, as it says. */
  readonly payload: unknown;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Undefined for anything else. */
export function readCompactJws(token: string): CompactJws | undefined {
  if (token.length > LONGEST) return undefined;
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every((part) => part !== "" && CANONICAL.test(part))) return undefined;
  const [head = "", body = "", signature = ""] = parts;
  try {
    const header = Header.safeParse(jsonOf(head)).data;
    if (!header) return undefined;
    const signed = Buffer.from(token.slice(0, head.length + 1 + body.length));
    return { header, payload: jsonOf(body), signed, signature: Buffer.from(signature, "base64url") };
  } catch {
    return undefined;
  }
}

const jsonOf = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());

/** Whether the key signed it, by the algorithm that the key was made for (RFC 7518 §3.4, RFC 8037 §3.1). */
export const isSignedBy = ({ signed, signature }: CompactJws, alg: Algorithm, key: PublicKey): boolean =>
  alg === "EdDSA"
    ? verify(null, signed, key, signature)
    : verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
