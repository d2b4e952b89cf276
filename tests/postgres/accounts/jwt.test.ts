import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authRoutes } from "#functions/auth/routes.ts";
import { authenticate, RUN_TOKEN_ISSUER } from "#shared/accounts/authenticate.ts";
import { createAccount } from "#shared/accounts/create-account.ts";
import { createKeySet } from "#shared/accounts/key-set.ts";
import { openTestAccounts, PUBLIC_URL, requestWith, type TestAccounts } from "#tests/support/accounts.ts";

let accounts: TestAccounts;
let tenantId: string;
let userId: string;
let sessionToken: string;
const PASSWORD = "correct horse battery";

beforeAll(async () => {
  accounts = await openTestAccounts();
  const input = { email: "ada@example.com", password: PASSWORD, name: "Ada", tenantName: "Acme" };
  const made = await createAccount(accounts, input);
  if (made.kind !== "created") throw new Error(made.kind);
  ({ tenantId, userId } = made);
  const signedIn = await accounts.send("/sign-in/email", { email: input.email, password: PASSWORD });
  sessionToken = ((await signedIn.json()) as { token: string }).token; // safe: better-auth's answer
});
afterAll(() => accounts.close());

async function newJwt(): Promise<string> {
  const response = await accounts.send("/token", undefined, { authorization: `Bearer ${sessionToken}` });
  return ((await response.json()) as { token: string }).token; // safe: better-auth's answer
}

const byToken = (token: string, ctx = accounts) => authenticate(ctx, requestWith({ authorization: `Bearer ${token}` }));

/** A token as ours is, signed with whatever key; only the signature or a claim gives it away. */
async function forged(claims: Record<string, unknown>, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const token = await new SignJWT({ sub: userId, sid: "s", tenantId, role: "owner", scope: "goals:write", ...claims })
    .setProtectedHeader({ alg: "EdDSA", kid })
    .setIssuer(typeof claims.iss === "string" ? claims.iss : PUBLIC_URL)
    .setAudience(PUBLIC_URL)
    .setExpirationTime("15m")
    .sign(privateKey);
  return { token, publicKey: await exportJWK(publicKey) };
}

const storeKey = (id: string, publicKey: unknown) =>
  accounts.pool.query(
    "insert into jwks (id, public_key, private_key, alg, crv, created_at) values ($1, $2, '', 'EdDSA', 'Ed25519', now() - interval '1 day')",
    [id, JSON.stringify(publicKey)],
  );

describe("a session's JWT", () => {
  it("says who, where and what for, and is verified without the database", async () => {
    const token = await newJwt();
    await byToken(token);
    const { rows } = await accounts.pool.query("select id from session where user_id = $1", [userId]);
    const deaf = { ...accounts, database: { query: refuse, batch: refuse } };
    expect(await byToken(token, deaf)).toMatchObject({
      principal: { kind: "user", userId, tenantId, role: "owner", isOperator: false, sessionId: rows[0].id },
    });
  });

  it("is refused when tampered with, unsigned, or signed by somebody else", async () => {
    const token = await newJwt();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>; // safe: JWT
    const other = Buffer.from(JSON.stringify({ ...claims, tenantId: "another" })).toString("base64url");
    expect(await byToken(`${header}.${other}.${signature}`)).toEqual({ failure: "invalid" });
    expect(await byToken(new UnsecuredJWT(claims).encode())).toEqual({ failure: "invalid" });
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string }; // safe: JWT
    expect(await byToken((await forged({}, kid)).token)).toEqual({ failure: "invalid" });
    expect(await byToken("eyJ.eyJ.x")).toEqual({ failure: "invalid" });
  });

  it("is refused when issued by, or for, somebody else, and when it has no end", async () => {
    const { token, publicKey } = await forged({ iss: "http://other.test" }, "other-issuer");
    await storeKey("other-issuer", publicKey);
    expect(await byToken(token, { ...accounts, keySet: createKeySet() })).toEqual({ failure: "invalid" });
    const good = await forged({}, "good-issuer");
    await storeKey("good-issuer", good.publicKey);
    expect(await byToken(good.token, { ...accounts, keySet: createKeySet() })).toMatchObject({
      principal: { userId, scopes: ["goals:write"] },
    });
  });

  it("expires after 15 minutes", async () => {
    const token = await newJwt();
    const at = (minutes: number) => ({ ...accounts, clock: () => Date.now() + minutes * 60_000 });
    expect(await byToken(token, at(14))).toHaveProperty("principal");
    expect(await byToken(token, at(16))).toEqual({ failure: "expired" });
  });

  it("may be signed by a key newer than those at hand, which are read again at most every ten seconds", async () => {
    let nowMs = Date.now();
    const ctx = { ...accounts, keySet: createKeySet(), clock: () => nowMs };
    await byToken(await newJwt(), ctx);
    const { token, publicKey } = await forged({}, "just-made");
    await storeKey("just-made", publicKey);
    nowMs += 9_000;
    expect(await byToken(token, ctx)).toEqual({ failure: "invalid" });
    nowMs += 2_000;
    expect(await byToken(token, ctx)).toHaveProperty("principal");
  });
});

const refuse = async (): Promise<never> => {
  throw new Error("the database was asked");
};

it("hands a run's token to who verifies those", async () => {
  const { token } = await forged({ iss: RUN_TOKEN_ISSUER }, "runs");
  expect(await byToken(token)).toEqual({ failure: "invalid" });
  const principal = {
    kind: "run",
    tenantId,
    executionId: "018f0000-0000-7000-8000-000000000000",
    attempt: 1,
    workflowId: "planning-agent",
    instanceId: "main",
    hop: 0,
    scopes: ["run:claim"],
  } as const;
  const verifyRunToken = async (given: string) => (given === token ? principal : undefined);
  expect(await byToken(token, { ...accounts, verifyRunToken })).toEqual({ principal });
});

describe("the routes", () => {
  const failures: Error[] = [];
  const routes = () => authRoutes(accounts.auth, (error) => failures.push(error));

  it("answer the public keys, each with its end, and nothing private", async () => {
    await newJwt();
    const response = await routes().request(`${PUBLIC_URL}/.well-known/jwks.json`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }; // safe: RFC 7517
    expect(keys[0]).toMatchObject({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", kid: expect.any(String) });
    expect(keys.filter((key) => "d" in key)).toEqual([]);
    const { rows } = await accounts.pool.query("select expires_at from jwks where private_key <> ''");
    expect(rows).toEqual([{ expires_at: expect.any(Date) }]);
  });

  it("answer the OpenAPI document, but no page that loads a script from elsewhere", async () => {
    const document = await routes().request(`${PUBLIC_URL}/api/auth/open-api/generate-schema`);
    const { openapi, paths } = (await document.json()) as { openapi: string; paths: Record<string, unknown> }; // safe: OpenAPI
    expect(openapi).toMatch(/^3\./);
    expect(Object.keys(paths)).toContain("/sign-in/email");
    expect(Object.keys(paths)).not.toContain("/api-key/create");
    expect((await routes().request(`${PUBLIC_URL}/api/auth/reference`)).status).toBe(404);
  });

  it("tell nothing of an inner failure", async () => {
    const broken = await openTestAccounts();
    await broken.pool.query(`alter table session rename column token to jeton`);
    const response = await authRoutes(broken.auth, (error) => failures.push(error)).request(
      `${PUBLIC_URL}/api/auth/sign-up/email`,
      {
        method: "POST",
        headers: { "content-type": "application/json", origin: PUBLIC_URL },
        body: JSON.stringify({ email: "x@example.com", password: PASSWORD, name: "X" }),
      },
    );
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
    expect(failures.map(({ message }) => message)).toEqual(["better-auth failed: 42703."]);
    await broken.close();
  });
});
