import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { type Auth, type AuthOptions, createAuth } from "#shared/accounts/auth.ts";
import type { AuthenticateContext } from "#shared/accounts/authenticate.ts";
import { createKeySet } from "#shared/accounts/key-set.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Database } from "#shared/database/database.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { createTestDatabase } from "./database.ts";

export const PUBLIC_URL = "http://rainwire.test";

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
  options: Partial<AuthOptions> = {},
  first?: { readonly databaseUrl: string },
): Promise<TestAccounts> {
  const { url, drop } = first ? { url: first.databaseUrl, drop: async () => undefined } : await createTestDatabase();
  const pool = createPool({ connectionString: url, applicationName: "accounts-test", max: 6 });
  const database = postgresDatabase(pool);
  const logged: string[] = [];
  const auth = createAuth({
    drizzle: drizzle(pool),
    database,
    hasTransactions: true,
    secret: "a secret of the tests, long enough to sign with",
    publicUrl: PUBLIC_URL,
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
    keySet: createKeySet(),
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

/** A request to a route of ours, with these headers. */
export const requestWith = (headers: Record<string, string>, method = "GET"): Request =>
  new Request(`${PUBLIC_URL}/v1/goals`, { method, headers });
