import { setTimeout as delay } from "node:timers/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { revokeApiKey } from "#shared/accounts/api-keys.ts";
import { createAuth } from "#shared/accounts/auth.ts";
import { type AuthenticateContext, authenticate } from "#shared/accounts/authenticate.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { type PostgresSignals, postgresSignals } from "#shared/adapters/postgres/signals.ts";
import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { issueTokens } from "#shared/tokens/issue-tokens.ts";
import { revokeFamily, revokeSession, revokeUser } from "#shared/tokens/revoke-tokens.ts";
import { createTokenState } from "#shared/tokens/token-state.ts";
import {
  cookiesOf,
  openTestAccounts,
  PUBLIC_URL,
  requestWith,
  SECRET,
  type TestAccounts,
} from "#tests/support/accounts.ts";
import { apiKeyOf, issued, signedInOwner, tokensContext } from "#tests/support/tokens.ts";

/** A process as a host makes it: it remembers what it checked, and asks for changes once a second at most. */
interface Process extends AuthenticateContext {
  /** Statements so far, by the process's own reading. */
  statements: number;
  close(): Promise<void>;
}

let accounts: TestAccounts;
let told: Process; // hears of changes by LISTEN
let deaf: Process; // hears of nothing, and looks
let signals: PostgresSignals;

function openProcess(listensTo?: Signals): Process {
  const pool = createPool({ connectionString: accounts.databaseUrl, applicationName: "tokens-test", max: 4 });
  const real = postgresDatabase(pool);
  const database: Database = {
    query: (statement) => {
      opened.statements += 1;
      return real.query(statement);
    },
    batch: (statements) => {
      opened.statements += statements.length;
      return real.batch(statements);
    },
  };
  const tokens = createTokenState({
    secret: SECRET,
    publicUrl: PUBLIC_URL,
    clock: systemClock,
    signals: listensTo,
    sharesWork: true,
  });
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
  const opened: Process = {
    auth,
    database,
    tokens,
    clock: systemClock,
    statements: 0,
    close: async () => {
      tokens.close();
      await pool.end();
    },
  };
  return opened;
}

beforeAll(async () => {
  accounts = await openTestAccounts();
  signals = await postgresSignals({ connectionString: accounts.databaseUrl, applicationName: "tokens-test-signals" });
  told = openProcess(signals);
  deaf = openProcess();
});
afterAll(async () => {
  await told.close();
  await deaf.close();
  await signals.close();
  await accounts.close();
});

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const check = (process: Process, headers: Record<string, string>) => authenticate(process, requestWith(headers));

/** How long after `end` each process still took the credential, in ms. */
async function takenAfter(headers: Record<string, string>, end: () => Promise<unknown>) {
  for (const process of [told, deaf]) expect(await check(process, headers)).toHaveProperty("principal");
  await end();
  const endedMs = performance.now();
  const until = async (process: Process) => {
    while ("principal" in (await check(process, headers))) {
      if (performance.now() - endedMs > 5_000) return Number.POSITIVE_INFINITY;
      await delay(2);
    }
    return performance.now() - endedMs;
  };
  const [toldMs, deafMs] = await Promise.all([until(told), until(deaf)]);
  return { toldMs, deafMs };
}

interface Holder {
  owner: Awaited<ReturnType<typeof signedInOwner>>["owner"];
  sessionToken: string;
}

const cases: Record<string, (holder: Holder) => Promise<{ credential: string; end: () => Promise<unknown> }>> = {
  "a session, when it is signed out": async ({ sessionToken }) => ({
    credential: sessionToken,
    end: () => accounts.send("/sign-out", {}, bearer(sessionToken)),
  }),
  "a session, when it is deleted by plain SQL": async ({ owner, sessionToken }) => ({
    credential: sessionToken,
    end: () => accounts.pool.query("delete from session where id = $1", [owner.sessionId]),
  }),
  "the JWT of a session that is signed out": async ({ sessionToken }) => ({
    credential: await jwtOf(sessionToken),
    end: () => accounts.send("/sign-out", {}, bearer(sessionToken)),
  }),
  "the access token of a session that is ended": async ({ owner }) => ({
    credential: (await issued(accounts, owner)).accessToken,
    end: () => revokeSession(accounts.database, owner.sessionId),
  }),
  "the access token of a family that is ended": async ({ owner }) => {
    const { accessToken, refreshToken } = await issued(accounts, owner);
    const familyId = refreshToken.slice(4, 40);
    return { credential: accessToken, end: () => revokeFamily(accounts.database, familyId, "operator") };
  },
  "all that a user signed in with": async ({ owner }) => ({
    credential: (await issued(accounts, owner)).accessToken,
    end: () => revokeUser(accounts.database, owner.userId, "operator"),
  }),
  "the token of a user whose password was changed elsewhere": async ({ owner, sessionToken }) => {
    const { accessToken } = await issued(accounts, owner);
    const { rows } = await accounts.pool.query(`select email from "user" where id = $1`, [owner.userId]);
    const password = "correct horse battery";
    const other = await accounts.send("/sign-in/email", { email: rows[0].email, password });
    const { token } = (await other.json()) as { token: string }; // safe: better-auth's answer
    const change = { currentPassword: password, newPassword: "another horse battery", revokeOtherSessions: true };
    expect(sessionToken).not.toBe(token);
    return { credential: accessToken, end: () => accounts.send("/change-password", change, bearer(token)) };
  },
  "an API key, when it is revoked": async ({ owner }) => {
    const { id, key } = await apiKeyOf(accounts, owner, ["goals:read"]);
    return { credential: key, end: () => revokeApiKey({ ...accounts, principal: owner }, id) };
  },
  "an API key, when it is disabled": async ({ owner }) => {
    const { id, key } = await apiKeyOf(accounts, owner, ["goals:read"]);
    return {
      credential: key,
      end: () => accounts.pool.query("update apikey set enabled = false where id = $1", [id]),
    };
  },
  "the access token of an API key that is revoked": async ({ owner }) => {
    const { id, key } = await apiKeyOf(accounts, owner, ["goals:read"]);
    const by = await check(told, bearer(key));
    if (!("principal" in by) || by.principal.kind !== "key") throw new Error("not a key");
    const made = await issueTokens(tokensContext(accounts), by.principal, { withRefresh: false });
    if (!("accessToken" in made)) throw new Error(made.failure);
    return { credential: made.accessToken, end: () => revokeApiKey({ ...accounts, principal: owner }, id) };
  },
  "the session of somebody who leaves the tenant": async ({ owner, sessionToken }) => ({
    credential: sessionToken,
    end: () => accounts.pool.query("delete from member where user_id = $1", [owner.userId]),
  }),
  "the token of somebody whose role changed": async ({ owner }) => ({
    credential: (await issued(accounts, owner)).accessToken,
    end: () => accounts.pool.query("update member set role = 'finance' where user_id = $1", [owner.userId]),
  }),
};

async function jwtOf(sessionToken: string): Promise<string> {
  const response = await accounts.send("/token", undefined, bearer(sessionToken));
  return ((await response.json()) as { token: string }).token; // safe: better-auth's answer
}

describe("is refused by every process within a second:", () => {
  it.each(Object.entries(cases))("%s", async (_, prepare) => {
    const { credential, end } = await prepare(await signedInOwner(accounts));
    const { toldMs, deafMs } = await takenAfter(bearer(credential), end);
    expect(toldMs).toBeLessThan(500);
    expect(deafMs).toBeLessThan(1_500); // a second, and the answer of a busy machine
  });

  it("a cookie, with all that stands beside it", async () => {
    const { owner } = await signedInOwner(accounts);
    const { rows } = await accounts.pool.query(`select email from "user" where id = $1`, [owner.userId]);
    const response = await accounts.send("/sign-in/email", { email: rows[0].email, password: "correct horse battery" });
    const cookie = cookiesOf(response);
    const { deafMs } = await takenAfter({ cookie }, () => accounts.send("/sign-out", {}, { cookie }));
    expect(deafMs).toBeLessThan(1_500);
    const fresh = openProcess(); // has never seen the session, and gets a cookie that says it is there
    expect(await check(fresh, { cookie })).toEqual({ failure: "invalid" });
    await fresh.close();
  });
});

describe("what is remembered", () => {
  it.each(["session", "API key", "access token"])(
    "answers a %s without a statement, change list and keys apart",
    async (kind) => {
      const { owner, sessionToken } = await signedInOwner(accounts);
      const credential =
        kind === "session"
          ? sessionToken
          : kind === "API key"
            ? (await apiKeyOf(accounts, owner, ["goals:read"])).key
            : (await issued(accounts, owner)).accessToken;
      const first = await check(told, bearer(credential));
      expect(first).toHaveProperty("principal");
      const before = told.statements;
      const startedMs = performance.now();
      for (let i = 0; i < 500; i++) expect(await check(told, bearer(credential))).toEqual(first);
      const reads = Math.ceil((performance.now() - startedMs) / 500) + 1; // of the list, each half second
      expect(told.statements - before).toBeLessThanOrEqual(reads);
    },
  );

  it("lets a cookie be checked by a process that has never seen it without reading the session", async () => {
    const { owner } = await signedInOwner(accounts);
    const { rows } = await accounts.pool.query(`select email from "user" where id = $1`, [owner.userId]);
    const response = await accounts.send("/sign-in/email", { email: rows[0].email, password: "correct horse battery" });
    const cookie = cookiesOf(response);
    await accounts.pool.query("alter table session rename to session_away");
    const fresh = openProcess();
    try {
      expect(await check(fresh, { cookie })).toMatchObject({ principal: { userId: owner.userId } });
    } finally {
      await accounts.pool.query("alter table session_away rename to session");
      await fresh.close();
    }
  });

  it("shows a change of tenant at once", async () => {
    const { owner, sessionToken } = await signedInOwner(accounts);
    const before = await check(told, bearer(sessionToken));
    expect(before).toMatchObject({ principal: { tenantId: owner.tenantId } });
    const made = await accounts.send(
      "/organization/create",
      { name: "Second", slug: `second-${owner.userId}` },
      bearer(sessionToken),
    );
    const { id: organizationId } = (await made.json()) as { id: string }; // safe: better-auth's answer
    await accounts.send("/organization/set-active", { organizationId }, bearer(sessionToken));
    await expect
      .poll(() => check(told, bearer(sessionToken)), { timeout: 1_000, interval: 5 })
      .toMatchObject({ principal: { tenantId: organizationId } });
  });

  it("is not believed when the list of changes cannot be read", async () => {
    const { sessionToken } = await signedInOwner(accounts);
    const process = openProcess();
    expect(await check(process, bearer(sessionToken))).toHaveProperty("principal");
    await process.close();
    process.tokens.changes.expire();
    await expect(check(process, bearer(sessionToken))).rejects.toThrow();
  });

  it("outlives the longest token in the list, and goes after that", async () => {
    const { rows } = await accounts.pool.query(
      "select min(extract(epoch from expires_at - changed_at))::float8 as least from credential_changes",
    );
    expect(rows[0].least).toBeGreaterThan(15 * 60 + 120);
  });
});
