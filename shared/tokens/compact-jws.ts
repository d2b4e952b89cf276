import { z } from "zod";
import { ALGORITHMS } from "./key-pair.ts";

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
export type AccessTokenHeader = z.infer<typeof Header>;

/** The header of a token that has the one form that ours have; undefined for anything else. Proves nothing yet. */
export function readHeader(token: string): AccessTokenHeader | undefined {
  if (token.length > LONGEST) return undefined;
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every((part) => part !== "" && CANONICAL.test(part))) return undefined;
  try {
    const json = atob((parts[0] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    return Header.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
