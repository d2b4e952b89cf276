import { createHmac, createPublicKey, type JsonWebKey, KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authenticate } from "#shared/accounts/authenticate.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import { openTestAccounts, PUBLIC_URL, requestWith, type TestAccounts } from "#tests/support/accounts.ts";
import { issued, plantKey, signedInOwner } from "#tests/support/tokens.ts";

/** Tokens put together by hand, byte by byte, so that nothing of the code under test makes them. */

type Planted = Awaited<ReturnType<typeof plantKey>>;
type Json = Record<string, unknown>;

let accounts: TestAccounts;
let owner: UserPrincipal;
let ours: Planted; // retired a moment ago: what it signed still holds
let longRetired: Planted;
let p256: Planted;
let stranger: Planted; // a key pair that is nobody's

beforeAll(async () => {
  accounts = await openTestAccounts();
  ({ owner } = await signedInOwner(accounts));
  ours = await plantKey(accounts, "EdDSA", { secondsAgo: 1 });
  longRetired = await plantKey(accounts, "EdDSA", { secondsAgo: 300 });
  p256 = await plantKey(accounts, "ES256", { secondsAgo: 1 });
  stranger = await plantKey(accounts, "EdDSA", { secondsAgo: 1 });
  await accounts.pool.query("delete from signing_keys where id = $1", [stranger.kid]);
  accounts.tokens.ring.expire();
});
afterAll(() => accounts.close());

const nowS = () => Math.floor(Date.now() / 1000);
const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const claims = (): Json => ({
  sub: owner.userId,
  sid: owner.sessionId,
  tenantId: owner.tenantId,
  role: "owner",
  isOperator: false,
  scope: "goals:read goals:write",
  iss: PUBLIC_URL,
  aud: PUBLIC_URL,
  iat: nowS(),
  nbf: nowS(),
  exp: nowS() + 600,
  jti: "018f0000-0000-7000-8000-000000000000",
});

const signingInput = (header: unknown, payload: unknown): string => `${encode(header)}.${encode(payload)}`;

async function ed25519(header: unknown, payload: unknown, { privateKey }: Planted = ours): Promise<string> {
  return await signedAsIs(signingInput(header, payload), privateKey);
}

async function signedAsIs(input: string, privateKey = ours.privateKey): Promise<string> {
  const signature = await crypto.subtle.sign("Ed25519", privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

const header = (more: Json = {}): Json => ({ alg: "EdDSA", typ: "at+jwt", kid: ours.kid, ...more });
const without = (of: Json, name: string): Json =>
  Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
const check = (token: string) => authenticate(accounts, requestWith({ authorization: `Bearer ${token}` }));

const hs256 = (secret: string | Buffer, head: Json): string => {
  const input = signingInput(head, claims());
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
};

const pem = (jwk: object): string =>
  createPublicKey({ key: jwk as JsonWebKey, format: "jwk" })
    .export({ type: "spki", format: "pem" })
    .toString(); // safe: exported by jose

/** The last character spelled otherwise, for the same bytes. */
function otherSpelling(part: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(part.at(-1) ?? "");
  const other = `${part.slice(0, -1)}${alphabet[last + 1]}`;
  expect(Buffer.from(other, "base64url")).toEqual(Buffer.from(part, "base64url"));
  return other;
}

/** A payload whose encoding has unused bits. */
const spare = (): Json => {
  for (let pad = ""; ; pad += "x") {
    const payload = { ...claims(), pad };
    if (encode(payload).length % 4 !== 0) return payload;
  }
};

it("takes what is right: the attacks below differ from it in one thing", async () => {
  const principal = { kind: "user", userId: owner.userId, tenantId: owner.tenantId, sessionId: owner.sessionId };
  const expected = {
    principal: { ...principal, role: "owner", scopes: ["goals:read", "goals:write"], isByToken: true },
  };
  expect(await check(await ed25519(header(), claims()))).toMatchObject(expected);
  const input = signingInput({ ...header(), alg: "ES256", kid: p256.kid }, claims());
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, p256.privateKey, Buffer.from(input));
  expect(await check(`${input}.${Buffer.from(signature).toString("base64url")}`)).toMatchObject(expected);
});

const ATTACKS: Record<string, () => Promise<string> | string> = {
  "alg none, without a signature": () => `${signingInput(header({ alg: "none" }), claims())}.`,
  "alg None, with the letters of a signature": () => `${signingInput(header({ alg: "None" }), claims())}.AAAA`,
  "an ECDSA signature of zeros": () =>
    `${signingInput({ ...header(), alg: "ES256", kid: p256.kid }, claims())}.${Buffer.alloc(64).toString("base64url")}`,
  "an ECDSA signature in DER": () => {
    const input = signingInput({ ...header(), alg: "ES256", kid: p256.kid }, claims());
    const key = KeyObject.from(p256.privateKey as Parameters<typeof KeyObject.from>[0]); // safe: as WebCrypto made it
    return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
  },
  "no signature under a good header": () => `${signingInput(header(), claims())}.`,
  "HS256 keyed with the public key's x": () =>
    hs256(Buffer.from(ours.publicJwk.x ?? "", "base64url"), header({ alg: "HS256" })),
  "HS256 keyed with the public key's PEM": () => hs256(pem(ours.publicJwk), header({ alg: "HS256" })),
  "HS256 keyed with the JWK's text": () => hs256(JSON.stringify(ours.publicJwk), header({ alg: "HS256" })),
  "HS256 under a header that says EdDSA": () => hs256(pem(ours.publicJwk), header()),
  "ES256 said of an Ed25519 key": () => ed25519(header({ alg: "ES256" }), claims()),
  "EdDSA said of a P-256 key": () => ed25519(header({ kid: p256.kid }), claims()),
  "RS256 said of an Ed25519 key": () => ed25519(header({ alg: "RS256" }), claims()),
  "a signature of somebody else's key": () => ed25519(header(), claims(), stranger),
  "a kid that is nobody's": () => ed25519(header({ kid: stranger.kid }), claims(), stranger),
  "a kid that is a path": () => ed25519(header({ kid: "../../dev/null" }), claims()),
  "a kid that is SQL": () => ed25519(header({ kid: "' or true --" }), claims()),
  "no kid": () => ed25519(without(header(), "kid"), claims()),
  "an embedded jwk": () => ed25519(header({ jwk: stranger.publicJwk }), claims(), stranger),
  "an embedded jwk beside a good signature": () => ed25519(header({ jwk: ours.publicJwk }), claims()),
  "a jku": () => ed25519(header({ jku: "http://rainwire.test/.well-known/jwks.json" }), claims()),
  "an x5u": () => ed25519(header({ x5u: "http://evil.test/key.pem" }), claims()),
  "an x5c": () => ed25519(header({ x5c: ["MIIB"] }), claims()),
  "a crit": () => ed25519(header({ crit: ["exp"], exp: 1 }), claims()),
  "b64 false": () => ed25519(header({ b64: false, crit: ["b64"] }), claims()),
  "a zip": () => ed25519(header({ zip: "DEF" }), claims()),
  "typ JWT": () => ed25519(header({ typ: "JWT" }), claims()),
  "typ run+jwt": () => ed25519(header({ typ: "run+jwt" }), claims()),
  "no typ": () => ed25519(without(header(), "typ"), claims()),
  "a header that is an array": () => ed25519([header()], claims()),
  "a payload that is no object": () => ed25519(header(), '"text"'),
  "another issuer": () => ed25519(header(), { ...claims(), iss: "http://evil.test" }),
  "an issuer with a slash more": () => ed25519(header(), { ...claims(), iss: `${PUBLIC_URL}/` }),
  "no issuer": () => ed25519(header(), without(claims(), "iss")),
  "another audience": () => ed25519(header(), { ...claims(), aud: "http://evil.test" }),
  "several audiences": () => ed25519(header(), { ...claims(), aud: [PUBLIC_URL, "http://evil.test"] }),
  "no audience": () => ed25519(header(), without(claims(), "aud")),
  "no end": () => ed25519(header(), without(claims(), "exp")),
  "an endless age": () => {
    const payload = encode(JSON.stringify(claims()).replace(/"iat":\d+/, '"iat":1e999'));
    return signedAsIs(`${encode(header())}.${payload}`);
  },
  "an end that is text": () => ed25519(header(), { ...claims(), exp: "never" }),
  "not before the next minute": () => ed25519(header(), { ...claims(), nbf: nowS() + 60 }),
  "no nbf": () => ed25519(header(), without(claims(), "nbf")),
  "issued in the next minute": () => ed25519(header(), { ...claims(), iat: nowS() + 60 }),
  "no iat": () => ed25519(header(), without(claims(), "iat")),
  "no subject": () => ed25519(header(), without(claims(), "sub")),
  "neither session nor key": () => ed25519(header(), without(claims(), "sid")),
  "issued after its key was retired": () => ed25519(header({ kid: longRetired.kid }), claims(), longRetired),
  padding: async () => `${await ed25519(header(), claims())}=`,
  "base64 instead of base64url": async () =>
    (await ed25519(header(), { ...claims(), pad: "ÿÿÿ>>>???" })).replaceAll("-", "+").replaceAll("_", "/").concat("+"),
  "another spelling of the signature": async () => {
    const [head, body, signature = ""] = (await ed25519(header(), claims())).split(".");
    return `${head}.${body}.${otherSpelling(signature)}`;
  },
  "another spelling of the payload": async () => {
    const [head = "", body = ""] = (await ed25519(header(), spare())).split(".");
    return await signedAsIs(`${head}.${otherSpelling(body)}`);
  },
  "four parts": async () => `${await ed25519(header(), claims())}.AAAA`,
  "an empty part": async () => (await ed25519(header(), claims())).replace(/\.[^.]+\./, ".."),
  "a changed claim": async () => {
    const [head, , signature] = (await ed25519(header(), claims())).split(".");
    return `${head}.${encode({ ...claims(), tenantId: "another" })}.${signature}`;
  },
  "a megabyte": () => ed25519(header(), { ...claims(), pad: "x".repeat(1_000_000) }),
};

describe("is refused:", () => {
  it.each(Object.entries(ATTACKS))("%s", async (_, attack) => {
    expect(await check(await attack())).toEqual({ failure: "invalid" });
  });

  it.each([
    ["ten seconds after its end", () => ({ ...claims(), iat: nowS() - 600, nbf: nowS() - 600, exp: nowS() - 10 })],
    [
      "fifteen minutes and ten seconds old, whatever its end",
      () => ({ ...claims(), iat: nowS() - 910, nbf: nowS() - 910 }),
    ],
  ])("%s", async (_, payload) => {
    expect(await check(await ed25519(header(), payload()))).toEqual({ failure: "expired" });
  });

  it("a good token whose key has left, also one that was checked before", async () => {
    const { accessToken } = await issued(accounts, owner);
    const planted = await plantKey(accounts, "EdDSA", { secondsAgo: 1 });
    const token = await ed25519({ ...header(), kid: planted.kid }, claims(), planted);
    expect(await check(token)).toHaveProperty("principal");
    expect(await check(token)).toHaveProperty("principal");
    await accounts.pool.query("update signing_keys set leaves_at = now() where id = $1", [planted.kid]);
    accounts.tokens.ring.expire();
    expect(await check(token)).toEqual({ failure: "invalid" });
    expect(await check(accessToken)).toHaveProperty("principal");
  });

  it("an access token where a session's own token is wanted, and the other way round", async () => {
    const { accessToken, refreshToken } = await issued(accounts, owner);
    const asCookie = await authenticate(accounts, requestWith({ cookie: `rainwire.session_token=${accessToken}` }));
    expect(asCookie).toEqual({ failure: "invalid" });
    expect(await check(refreshToken)).toEqual({ failure: "invalid" });
    expect(await authenticate(accounts, requestWith({ "x-api-key": accessToken }))).toEqual({ failure: "invalid" });
  });

  it("a key of another kind that signs for node's crypto too", async () => {
    const input = signingInput(header(), claims());
    const other = await crypto.subtle.exportKey("pkcs8", stranger.privateKey);
    const signature = sign(null, Buffer.from(input), { key: Buffer.from(other), format: "der", type: "pkcs8" });
    expect(await check(`${input}.${signature.toString("base64url")}`)).toEqual({ failure: "invalid" });
  });
});
