import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, expect, it } from "vitest";
import { authorize, verify } from "#hosts/raindrop/app/auth.ts";

const ORIGIN = "https://rainwire.test";
type Key = Parameters<SignJWT["sign"]>[0];

let signingKey: Key;
let publicKey: object;
let otherKey: Key;
beforeAll(async () => {
  const own = await generateKeyPair("EdDSA");
  signingKey = own.privateKey;
  publicKey = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "EdDSA" };
  otherKey = (await generateKeyPair("EdDSA")).privateKey;
});

const env = (answer: () => Response = () => Response.json({ keys: [publicKey] })) => ({
  PUBLIC_URL: `${ORIGIN}/`,
  AUTH: {
    fetch: async (request: Request) =>
      request.url === `${ORIGIN}/.well-known/jwks.json` ? answer() : new Response(null, { status: 404 }),
  },
});

const CLAIMS = { sub: "u1", tenantId: "t1", iss: ORIGIN, aud: ORIGIN };
const tokenOf = (claims: object = CLAIMS, key: Key = signingKey, header: object = {}, expires = "5m") =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: "k1", ...header })
    .setExpirationTime(expires)
    .sign(key);

const asking = (authorization?: string): Request =>
  new Request(`${ORIGIN}/v1/goals`, authorization === undefined ? {} : { headers: { authorization } });

it("lets a token of ours pass", async () => {
  const request = asking(`Bearer ${await tokenOf()}`);
  expect([await verify(request, env()), await authorize(request, env())]).toEqual([true, true]);
});

it("authorizes nobody who has no tenant", async () => {
  const { tenantId: _, ...claims } = CLAIMS;
  const request = asking(`Bearer ${await tokenOf(claims)}`);
  expect([await verify(request, env()), await authorize(request, env())]).toEqual([true, false]);
});

it("refuses every other token", async () => {
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ ...CLAIMS, exp: 4102444800 }))}.`.replaceAll(
    "=",
    "",
  );
  const symmetric = await new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: "HS256", kid: "k1" })
    .setExpirationTime("5m")
    .sign(new TextEncoder().encode(JSON.stringify(publicKey)));
  const { exp: _, ...endless } = { ...CLAIMS, exp: undefined };
  const tokens = {
    unsigned,
    symmetric,
    "of another type": await tokenOf(CLAIMS, signingKey, { typ: "JWT" }),
    "of another key": await tokenOf(CLAIMS, otherKey),
    "of another issuer": await tokenOf({ ...CLAIMS, iss: "https://evil.test" }),
    "for another audience": await tokenOf({ ...CLAIMS, aud: "https://evil.test" }),
    "without audience": await tokenOf({ sub: "u1", tenantId: "t1", iss: ORIGIN }),
    expired: await tokenOf(CLAIMS, signingKey, {}, "-1s"),
    endless: await new SignJWT(endless).setProtectedHeader({ alg: "EdDSA", kid: "k1" }).sign(signingKey),
    "of an unknown key": await tokenOf(CLAIMS, signingKey, { kid: "k2" }),
    garbage: "eyJ.x.y",
  };
  for (const [name, token] of Object.entries(tokens)) {
    const request = asking(`Bearer ${token}`);
    expect([name, await verify(request, env()), await authorize(request, env())]).toEqual([name, false, false]);
  }
});

it("refuses without a token, without keys and without an env", async () => {
  const good = `Bearer ${await tokenOf()}`;
  const broken = () => new Response("down", { status: 503 });
  const cases: [string, Request, object][] = [
    ["no token", asking(), env()],
    ["basic", asking("Basic dTpw"), env()],
    ["no keys", asking(good), env(broken)],
    ["no env", asking(good), {}],
    ["no auth service", asking(good), { PUBLIC_URL: ORIGIN }],
    ["no public URL", asking(good), { AUTH: env().AUTH, PUBLIC_URL: "" }],
  ];
  for (const [name, request, given] of cases) {
    expect([name, await verify(request, given), await authorize(request, given)]).toEqual([name, false, false]);
  }
});
