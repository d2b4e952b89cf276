import { afterAll, beforeAll, expect, it } from "vitest";
import { createApiKey } from "#shared/accounts/api-keys.ts";
import { createAccount, ownerPrincipal } from "#shared/accounts/create-account.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import type { Scope } from "#shared/accounts/scopes.ts";
import { verifyApiKey } from "#shared/accounts/verify-api-key.ts";
import type { Database } from "#shared/database/database.ts";
import { openTestAccounts, type TestAccounts } from "#tests/support/accounts.ts";

let accounts: TestAccounts;
let owner: UserPrincipal;
beforeAll(async () => {
  accounts = await openTestAccounts();
  owner = await newOwner("owner@example.com", true);
});
afterAll(() => accounts.close());

async function newOwner(email: string, isOperator: boolean): Promise<UserPrincipal> {
  const account = { email, password: "correct horse battery", name: "Owner", tenantName: "Acme", isOperator };
  const made = await createAccount(accounts, account);
  if (made.kind !== "created") throw new Error(made.kind);
  return ownerPrincipal(made.tenantId, made.userId, isOperator);
}

async function newKey(...scopes: Scope[]): Promise<{ id: string; key: string }> {
  const made = await createApiKey({ ...accounts, principal: owner }, { name: "Test", scopes });
  if (made.kind !== "created") throw new Error(made.kind);
  return made;
}

/** A key in the state that the SQL puts its row into. */
async function keyIn(change: string): Promise<string> {
  const { id, key } = await newKey("goals:read", "operator:doctor");
  if (change !== "") await accounts.pool.query(change, [id]);
  return key;
}

/** better-auth's own word, in ours. */
async function askBetterAuth(key: string) {
  const { valid, error, key: found } = await accounts.auth.api.verifyApiKey({ body: { key } });
  if (!valid || !found) return error?.code === "KEY_EXPIRED" ? "expired" : "invalid";
  const { referenceId, permissions, metadata, expiresAt } = found;
  const createdBy = (metadata as { createdBy?: string } | null)?.createdBy ?? null; // safe: as createApiKey writes it
  return { tenantId: referenceId, scopes: permissions?.scopes ?? [], userId: createdBy, expiresAt };
}

async function ask(key: string) {
  const verdict = await verifyApiKey(accounts, key);
  if ("failure" in verdict) return verdict.failure;
  const { tenantId, scopes, userId } = verdict.principal;
  const { expiresAtMs } = verdict;
  return { tenantId, scopes, userId, expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs) };
}

const SET = "update apikey set";
it.each([
  ["as it was made", "", "valid"],
  ["disabled", `${SET} enabled = false where id = $1`, "invalid"],
  ["deleted", "delete from apikey where id = $1", "invalid"],
  ["expired", `${SET} expires_at = now() - interval '1 second' where id = $1`, "expired"],
  ["expired and disabled", `${SET} expires_at = now() - interval '1 day', enabled = false where id = $1`, "invalid"],
  [
    "good for another hour",
    `${SET} expires_at = date_trunc('hour', now()) + interval '2 hours' where id = $1`,
    "valid",
  ],
  ["of no use left", `${SET} remaining = 0 where id = $1`, "invalid"],
  ["of one use left", `${SET} remaining = 1 where id = $1`, "valid"],
  ["used a moment ago", `${SET} last_request = now() where id = $1`, "valid"],
  ["used long ago", `${SET} last_request = now() - interval '1 year' where id = $1`, "valid"],
  [
    "with a limit of its own, which is off",
    `${SET} rate_limit_enabled = true, rate_limit_max = 0 where id = $1`,
    "valid",
  ],
  ["without permissions", `${SET} permissions = null where id = $1`, "valid"],
  ["of no scopes", `${SET} permissions = '{"other":["read"]}' where id = $1`, "valid"],
  ["with malformed permissions", `${SET} permissions = '{"scopes' where id = $1`, "valid"],
  ["of nobody", `${SET} metadata = null where id = $1`, "valid"],
  ["with malformed metadata", `${SET} metadata = '[' where id = $1`, "invalid"],
])("a key %s is to us what it is to better-auth, at its first use and its second", async (_, change, expected) => {
  const [ours, theirs] = [await keyIn(change), await keyIn(change)];
  const first = await ask(ours);
  expect(typeof first === "string" ? first : "valid").toBe(expected);
  const makersOnly = typeof first !== "string" && first.userId === null; // nobody vouches for the operator's scope
  const told = await askBetterAuth(theirs);
  expect(first).toEqual(
    makersOnly && typeof told !== "string" ? { ...told, scopes: told.scopes.filter((s) => s === "goals:read") } : told,
  );
  const [again, theirsAgain] = [await ask(ours), await askBetterAuth(theirs)];
  expect(typeof again === "string" ? again : "valid").toBe(typeof theirsAgain === "string" ? theirsAgain : "valid");
});

it.each(["", "rw_", `rw_${"a".repeat(48)}`, "' or true --", "rw_ключ"])("“%s” is no key, to neither", async (key) => {
  expect([await ask(key), await askBetterAuth(key)]).toEqual(["invalid", "invalid"]);
});

it("takes one statement, with the rank of the key's maker, and not better-auth", async () => {
  const { key } = await newKey("goals:read", "operator:doctor");
  const statements: string[] = [];
  const database: Database = {
    query: (statement) => {
      statements.push(statement.text);
      return accounts.database.query(statement);
    },
    batch: () => Promise.reject(new Error("no batch")),
  };
  const auth = new Proxy(accounts.auth, {
    get() {
      throw new Error("better-auth was asked");
    },
  });
  expect(await verifyApiKey({ auth, database }, key)).toMatchObject({
    principal: { scopes: ["goals:read", "operator:doctor"], isOperator: true },
  });
  expect(statements).toHaveLength(1);
});

it("records the use of a key once a minute, and of no other key", async () => {
  const [used, other] = [await newKey("goals:read"), await newKey("goals:read")];
  const usedAt = async (id: string) =>
    (await accounts.pool.query("select last_request as at from apikey where id = $1", [id])).rows[0].at as Date | null; // safe: a column
  await ask(used.key);
  const first = await usedAt(used.id);
  expect(Math.abs(Number(first) - Date.now())).toBeLessThan(60_000);
  await ask(used.key);
  expect(await usedAt(used.id)).toEqual(first);
  await accounts.pool.query("update apikey set last_request = $2 where id = $1", [used.id, new Date("2026-01-01")]);
  await ask(used.key);
  expect(Number(await usedAt(used.id))).toBeGreaterThanOrEqual(Number(first));
  expect(await usedAt(other.id)).toBeNull();
});

it("waits for nobody who holds the key's row", async () => {
  const { id, key } = await newKey("goals:read");
  const holder = await accounts.pool.connect();
  try {
    await holder.query("begin");
    await holder.query("select from apikey where id = $1 for update", [id]);
    expect(await ask(key)).toMatchObject({ tenantId: owner.tenantId });
  } finally {
    await holder.query("rollback");
    holder.release();
  }
});
