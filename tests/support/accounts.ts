import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { type Auth, type AuthOptions, createAuth } from "#shared/accounts/auth.ts";
import type { AuthenticateContext } from "#shared/accounts/authenticate.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import type { TokenTimings } from "#shared/tokens/timings.ts";
import { createTokenState } from "#shared/tokens/token-state.ts";
import { createTestDatabase } from "./database.ts";

export const PUBLIC_URL = "http://rainwire.test";
export const SECRET = "a secret of the tests, long enough to sign with";

export interface TestAccounts extends AuthenticateContext {
  readonly auth: Auth;
  readonly database: Database;
  readonly pool: pg.Pool;
  readonly logged: string[];
  readonly databaseUrl: string;
  /** Sends a request to better-auth's own routes. */
  send(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/**
 * better-auth on a database of its own, without a limit on sign-ins unless one is given.
 * @param first another one, of whose database this is a second process
 */
export async function openTestAccounts(
  {
    timings,
    ...options
  }: { [K in keyof AuthOptions]?: AuthOptions[K] & {} } & { timings?: Partial<TokenTimings> } = {},
  first?: { readonly databaseUrl: string },
): Promise<TestAccounts> {
  const { url, drop } = first ? { url: first.databaseUrl, drop: async () => undefined } : await createTestDatabase();
  const pool = createPool({ connectionString: url, applicationName: "accounts-test", max: 6 });
  const database = postgresDatabase(pool);
  const logged: string[] = [];
  const tokens = testTokens(SECRET, timings);
  const auth = createAuth({
    drizzle: drizzle(pool),
    database,
    hasTransactions: true,
    secret: SECRET,
    publicUrl: PUBLIC_URL,
    signJwt: (claims) => tokens.sign(database, claims),
    trustedOrigins: ["http://app.test"],
    signInLimit: false,
    log: (level, message) => logged.push(`${level}: ${message}`),
    ...options,
  });
  return {
    auth,
    database,
    pool,
    logged,
    databaseUrl: url,
    tokens,
    clock: systemClock,
    send(path, body, headers = {}) {
      return auth.handler(
        new Request(`${PUBLIC_URL}/api/auth${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { "content-type": "application/json", origin: PUBLIC_URL, ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      );
    },
    async close() {
      await pool.end();
      await drop();
    },
  };
}

/** What a process knows of tokens; without other timings it asks for changed credentials at each check. */
export const testTokens = (secret: string, timings?: Partial<TokenTimings>) =>
  createTokenState({
    secret,
    publicUrl: PUBLIC_URL,
    clock: systemClock,
    sharesWork: true,
    timings: { changesMaxAgeMs: 0, ...timings },
  });

/** A request to a route of ours, with these headers. */
export const requestWith = (headers: Record<string, string>, method = "GET"): Request =>
  new Request(`${PUBLIC_URL}/v1/goals`, { method, headers });

/** What a browser would send back. */
export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
