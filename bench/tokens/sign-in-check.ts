import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { migrate } from "#hosts/starting/migrate.ts";
import { createApiKey } from "#shared/accounts/api-keys.ts";
import { createAuth } from "#shared/accounts/auth.ts";
import { type AuthenticateContext, authenticate } from "#shared/accounts/authenticate.ts";
import { createAccount, ownerPrincipal } from "#shared/accounts/create-account.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { createCredentialMemo } from "#shared/tokens/credential-memo.ts";
import { createTokenState } from "#shared/tokens/token-state.ts";
import { percentile } from "./percentile.ts";
import { measureVerification } from "./verification-alone.ts";

const PUBLIC_URL = "http://bench.rainwire.test";
const SECRET = "a secret of the bench, long enough to sign with";
const PASSWORD = "correct horse battery";
const COLD = 1_500;
const WARM = 200_000;

export interface SignInFigures {
  readonly checks: readonly SignInCheck[];
  /** The signature alone, by WebCrypto: what no check of a JWT can be quicker than. */
  readonly signatureP50Ms: number;
}

export interface SignInCheck {
  /** What was presented. */
  readonly name: string;
  readonly coldP50Ms: number;
  readonly coldP99Ms: number;
  /** The mean of many, since one is too short for the clock. */
  readonly memoisedMs: number;
}

/**
 * What it takes to know who sends a request, in the process: `authenticate` as every route calls it. Cold: the process
 * has not seen the credential; memoised: it has. Of JWTs each cold one is another token.
 * @param databaseUrl a database of its own, empty
 */
export async function measureSignInCheck(databaseUrl: string, migrationsDir: string): Promise<SignInFigures> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await migrate(client, migrationsDir).finally(() => client.end());
  const pool = createPool({ connectionString: databaseUrl, applicationName: "bench-tokens", max: 4 });
  try {
    const database = postgresDatabase(pool);
    const tokens = createTokenState({ secret: SECRET, publicUrl: PUBLIC_URL, clock: systemClock, sharesWork: true });
    const auth = createAuth({
      drizzle: drizzle(pool),
      database,
      hasTransactions: true,
      secret: SECRET,
      publicUrl: PUBLIC_URL,
      trustedOrigins: [],
      signInLimit: false,
      signJwt: (claims) => tokens.sign(database, claims),
    });
    const ctx: AuthenticateContext = { auth, database, tokens, clock: systemClock };
    const account = { email: "bench@example.com", password: PASSWORD, name: "Bench", tenantName: "Bench" };
    const made = await createAccount(ctx, account);
    if (made.kind !== "created") throw new Error(made.kind);
    const owner = ownerPrincipal(made.tenantId, made.userId, false);
    const key = await createApiKey({ ...ctx, principal: owner }, { name: "Bench", scopes: ["goals:read"] });
    if (key.kind !== "created") throw new Error(key.kind);
    const signIn = await auth.handler(
      new Request(`${PUBLIC_URL}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: PUBLIC_URL },
        body: JSON.stringify({ email: account.email, password: PASSWORD }),
      }),
    );
    const cookie = signIn.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const { token } = (await signIn.json()) as { token: string }; // safe: better-auth's answer
    const { rows } = await pool.query("select id from session");
    const claims = {
      sub: made.userId,
      sid: rows[0].id,
      tenantId: made.tenantId,
      role: "owner",
      scope: owner.scopes.join(" "),
    };
    const jwts: string[] = [];
    for (let i = 0; i < COLD * 2; i++) jwts.push(await tokens.sign(database, claims));

    const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
    let next = 0;
    const jwtCheck = await measure(ctx, "access token (JWT)", () => bearer(jwts[next++ % jwts.length] ?? ""));
    const signatureP50Ms = await measureVerification(COLD);
    const checks = [
      jwtCheck,
      await measure(ctx, "API key", () => bearer(key.key)),
      await measure(ctx, "session, bearer token", () => bearer(token)),
      await measure(ctx, "session, cookie with its cache", () => ({ cookie })),
    ];
    return { checks, signatureP50Ms };
  } finally {
    await pool.end();
  }
}

async function measure(
  ctx: AuthenticateContext,
  name: string,
  headers: () => Record<string, string>,
): Promise<SignInCheck> {
  const request = () => new Request(`${PUBLIC_URL}/v1/goals`, { headers: headers() });
  const check = async (on: AuthenticateContext, asked: Request) => {
    if (!("principal" in (await authenticate(on, asked)))) throw new Error(`${name} was refused.`);
  };
  const cold = async () => {
    const asked = request();
    const forgetful = { ...ctx, tokens: { ...ctx.tokens, memo: createCredentialMemo(systemClock) } };
    const startedMs = performance.now();
    await check(forgetful, asked);
    return performance.now() - startedMs;
  };
  for (let i = 0; i < COLD; i++) await cold(); // until V8 knows it
  const samples: number[] = [];
  for (let i = 0; i < COLD; i++) samples.push(await cold());

  const asked = request();
  for (let i = 0; i < WARM / 10; i++) await check(ctx, asked);
  const startedMs = performance.now();
  for (let i = 0; i < WARM; i++) await check(ctx, asked);
  const memoisedMs = (performance.now() - startedMs) / WARM;
  return { name, coldP50Ms: percentile(samples, 50), coldP99Ms: percentile(samples, 99), memoisedMs };
}
