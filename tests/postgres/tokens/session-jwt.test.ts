import { decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authRoutes } from "#functions/auth/routes.ts";
import { authenticate, RUN_TOKEN_ISSUER } from "#shared/accounts/authenticate.ts";
import { createAccount } from "#shared/accounts/create-account.ts";
import {
  cookiesOf,
  openTestAccounts,
  PUBLIC_URL,
  requestWith,
  SECRET,
  type TestAccounts,
  testTokens,
} from "#tests/support/accounts.ts";

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

describe("a session's JWT", () => {
  it("says who, where and what for, and is verified without the database", async () => {
    const token = await newJwt();
    await byToken(token);
    const { rows } = await accounts.pool.query("select id from session where user_id = $1", [userId]);
    const tokens = testTokens(SECRET, { changesMaxAgeMs: 60_000 });
    await byToken(token, { ...accounts, tokens });
    const deaf = { ...accounts, tokens, database: { query: refuse, batch: refuse } };
    const another = await newJwt();
    expect(await byToken(token, deaf)).toEqual(await byToken(another, deaf));
    expect(await byToken(another, deaf)).toMatchObject({
      principal: { kind: "user", userId, tenantId, role: "owner", isOperator: false, sessionId: rows[0].id },
    });
  });

  it("expires after 15 minutes", async () => {
    const token = await newJwt();
    const at = (minutes: number) => ({ ...accounts, clock: () => Date.now() + minutes * 60_000 });
    expect(await byToken(token, at(14))).toHaveProperty("principal");
    expect(await byToken(token, at(16))).toEqual({ failure: "expired" });
  });
});

const refuse = async (): Promise<never> => {
  throw new Error("the database was asked");
};

it("hands a run's token to who verifies those", async () => {
  const { privateKey } = await generateKeyPair("EdDSA");
  const token = await new SignJWT({}).setProtectedHeader({ alg: "EdDSA" }).setIssuer(RUN_TOKEN_ISSUER).sign(privateKey);
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
  const routes = () => authRoutes(accounts, (error) => failures.push(error));

  it("answer the public keys under better-auth's path too, and nothing private", async () => {
    const response = await routes().request(`${PUBLIC_URL}/api/auth/jwks`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300, s-maxage=60, must-revalidate");
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }; // safe: RFC 7517
    const { kid } = decodeProtectedHeader(await newJwt());
    expect(keys).toEqual([
      { kty: "OKP", crv: "Ed25519", x: expect.stringMatching(/^[\w-]{43}$/), kid, alg: "EdDSA", use: "sig" },
    ]);
  });

  it("take no session from the cookie that stands for its row", async () => {
    const signedIn = await accounts.send("/sign-in/email", { email: "ada@example.com", password: PASSWORD });
    const cookie = cookiesOf(signedIn);
    expect(cookie).toMatch(/rainwire\.session_data=\S{100}/);
    const ask = () => routes().request(`${PUBLIC_URL}/api/auth/get-session`, { headers: { cookie } });
    expect(await (await ask()).json()).toMatchObject({ user: { id: userId } });
    const { token } = (await signedIn.json()) as { token: string }; // safe: better-auth's answer
    await accounts.pool.query("delete from session where token = $1", [token]);
    expect(await (await ask()).json()).toBeNull();
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
    const response = await authRoutes(broken, (error) => failures.push(error)).request(
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
