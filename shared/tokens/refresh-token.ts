/** What every refresh token begins with. */
export const REFRESH_PREFIX = "rwr_";

const FORM = /^rwr_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$/;

export interface RefreshTokenParts {
  readonly familyId: string;
  readonly generation: number;
  readonly proof: string;
}

/** What a token names; undefined for what has not the form of one. */
export function readRefreshToken(token: string): RefreshTokenParts | undefined {
  const [, familyId, generation, proof] = FORM.exec(token) ?? [];
  if (familyId === undefined || generation === undefined || proof === undefined) return undefined;
  return { familyId, generation: Number(generation), proof };
}

const encoder = new TextEncoder();

const keyOf = (secret: string) =>
  crypto.subtle.importKey(
    "raw",
    encoder.encode(`rainwire:refresh-token:${secret}`),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );

const signed = (familyId: string, generation: number, nonce: string) =>
  encoder.encode(JSON.stringify([familyId, generation, nonce]));

export interface Family {
  readonly id: string;
  readonly nonce: string;
}

/** The family's token of a generation: always the same, so that a lost answer can be given again and none is stored. */
export async function refreshTokenOf(secret: string, { id, nonce }: Family, generation: number): Promise<string> {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), signed(id, generation, nonce)));
  const proof = btoa(String.fromCharCode(...mac))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return `${REFRESH_PREFIX}${id}.${generation}.${proof}`;
}

/** Whether it is the family's token of the generation that it names. Takes the same time whatever is wrong with it. */
export async function isOurs(
  secret: string,
  family: Family,
  { generation, proof }: RefreshTokenParts,
): Promise<boolean> {
  const bytes = Uint8Array.from(atob(`${proof.replaceAll("-", "+").replaceAll("_", "/")}=`), (c) => c.charCodeAt(0));
  return await crypto.subtle.verify("HMAC", await keyOf(secret), bytes, signed(family.id, generation, family.nonce));
}
