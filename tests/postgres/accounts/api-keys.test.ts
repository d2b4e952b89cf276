import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApiKey, listApiKeys, type NewApiKey, revokeApiKey } from "#shared/accounts/api-keys.ts";
import { authenticate } from "#shared/accounts/authenticate.ts";
import { createAccount, ownerPrincipal } from "#shared/accounts/create-account.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import { ALL_SCOPES } from "#shared/accounts/scopes.ts";
import { openTestAccounts, requestWith, type TestAccounts } from "#tests/support/accounts.ts";

let accounts: TestAccounts;
let owner: UserPrincipal;
beforeAll(async () => {
  accounts = await openTestAccounts();
  owner = await newOwner("owner@example.com");
});
afterAll(() => accounts.close());

async function newOwner(email: string, isOperator = false): Promise<UserPrincipal> {
  const account = { email, password: "correct horse battery", name: "Owner", tenantName: "Acme", isOperator };
  const made = await createAccount(accounts, account);
  if (made.kind !== "created") throw new Error(made.kind);
  return ownerPrincipal(made.tenantId, made.userId, isOperator);
}

async function newKey(principal: UserPrincipal, input: NewApiKey) {
  const made = await createApiKey({ ...accounts, principal }, input);
  if (made.kind !== "created") throw new Error(made.kind);
  return made;
}

const byKey = (key: string) => authenticate(accounts, requestWith({ authorization: `Bearer ${key}` }));

describe("an API key", () => {
  it("stands for its tenant, in either header, and records its use", async () => {
    const { id, key } = await newKey(owner, { name: "Reader", scopes: ["goals:read", "executions:read"] });
    expect(key).toMatch(/^rw_[a-zA-Z]{48}$/);
    const { tenantId, userId } = owner;
    const scopes = ["goals:read", "executions:read"];
    const principal = { kind: "key", keyId: id, tenantId, userId, scopes, isOperator: false };
    expect(await byKey(key)).toEqual({ principal });
    expect(await authenticate(accounts, requestWith({ "x-api-key": key }))).toEqual({ principal });

    const listed = await listApiKeys({ ...accounts, principal: owner });
    expect(listed.find((one) => one.id === id)).toMatchObject({
      name: "Reader",
      start: key.slice(0, 7),
      scopes,
      createdBy: userId,
      isEnabled: true,
      expiresAt: null,
      lastUsedAt: expect.any(Date),
    });
  });

  it("is stored as its SHA-256 and nowhere in the clear", async () => {
    const { id, key } = await newKey(owner, { name: "Secret", scopes: ["goals:read"] });
    const { rows } = await accounts.pool.query("select a.key, to_jsonb(a)::text as row from apikey a where id = $1", [
      id,
    ]);
    expect(rows[0].key).toBe(createHash("sha256").update(key).digest("base64url"));
    expect(rows[0].row).not.toContain(key.slice(3));
  });

  it("is refused when wrong, disabled or revoked", async () => {
    const { id, key } = await newKey(owner, { name: "Short-lived", scopes: ["goals:read"] });
    expect(await byKey(`${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`)).toEqual({ failure: "invalid" });
    expect(await authenticate(accounts, requestWith({ "x-api-key": key.slice(3) }))).toEqual({ failure: "invalid" });
    await accounts.pool.query("update apikey set enabled = false where id = $1", [id]);
    expect(await byKey(key)).toEqual({ failure: "invalid" });
    await accounts.pool.query("update apikey set enabled = true where id = $1", [id]);
    expect(await byKey(key)).toHaveProperty("principal");
    expect(await revokeApiKey({ ...accounts, principal: owner }, id)).toBe(true);
    expect(await byKey(key)).toEqual({ failure: "invalid" });
    expect(accounts.logged).toEqual([]);
  });

  it("expires", async () => {
    const { id, key, expiresAt } = await newKey(owner, { name: "Month", scopes: ["goals:read"], expiresInDays: 30 });
    expect(Math.abs(Number(expiresAt) - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    await accounts.pool.query("update apikey set expires_at = now() - interval '1 second' where id = $1", [id]);
    expect(await byKey(key)).toEqual({ failure: "expired" });
    expect(await byKey(key)).toEqual({ failure: "invalid" });
  });

  it("belongs to its tenant alone", async () => {
    const { id } = await newKey(owner, { name: "Ours", scopes: ["goals:read"] });
    const stranger = await newOwner("stranger@example.com");
    expect(await listApiKeys({ ...accounts, principal: stranger })).toEqual([]);
    expect(await revokeApiKey({ ...accounts, principal: stranger }, id)).toBe(false);
  });

  it("is not made over better-auth's own routes, which know no scopes", async () => {
    for (const path of ["create", "update", "delete"]) {
      expect((await accounts.send(`/api-key/${path}`, {})).status).toBe(404);
    }
  });
});

describe("the scopes of a key", () => {
  it("are never more than its maker holds", async () => {
    const ctx = { ...accounts, principal: { ...owner, scopes: ["goals:read"] as const } };
    expect(await createApiKey(ctx, { name: "Wide", scopes: ["goals:read", "goals:write"] })).toEqual({
      kind: "scopes_not_held",
      scopes: ["goals:write"],
    });
    for (const scope of ["operator:doctor", "run:claim", "errors:report"] as const) {
      const made = await createApiKey({ ...accounts, principal: owner }, { name: "Wide", scopes: [scope] });
      expect(made).toEqual({ kind: "scopes_not_held", scopes: [scope] });
    }
  });

  it("are never more than those of the key that made it", async () => {
    const { key } = await newKey(owner, { name: "Parent", scopes: ["keys:manage", "goals:read"] });
    const parent = await byKey(key);
    if (!("principal" in parent) || parent.principal.kind !== "key") throw new Error("not a key");
    const ctx = { ...accounts, principal: parent.principal };
    expect((await createApiKey(ctx, { name: "Child", scopes: ["goals:read"] })).kind).toBe("created");
    expect((await createApiKey(ctx, { name: "Child", scopes: ["goals:write"] })).kind).toBe("scopes_not_held");
  });

  it("lose the operator's part with their maker's rank", async () => {
    const operator = await newOwner("operator@example.com", true);
    const { key } = await newKey(operator, { name: "Doctor", scopes: ["operator:doctor", "goals:read"] });
    expect(await byKey(key)).toMatchObject({
      principal: { isOperator: true, scopes: ["operator:doctor", "goals:read"] },
    });
    await accounts.pool.query(`update "user" set is_operator = false where id = $1`, [operator.userId]);
    expect(await byKey(key)).toMatchObject({ principal: { isOperator: false, scopes: ["goals:read"] } });
  });

  it("are given out only by who may make keys in the tenant", async () => {
    await accounts.pool.query("update member set role = 'finance' where user_id = $1", [owner.userId]);
    const made = await createApiKey({ ...accounts, principal: owner }, { name: "Late", scopes: ["goals:read"] });
    expect(made).toEqual({ kind: "not_allowed" });
    await accounts.pool.query("update member set role = 'admin' where user_id = $1", [owner.userId]);
    await newKey(owner, { name: "Admin's", scopes: ["goals:read"] });
  });

  it("are known ones", async () => {
    const ctx = { ...accounts, principal: { ...owner, scopes: ALL_SCOPES } };
    // @ts-expect-error: no such scope
    await expect(createApiKey(ctx, { name: "Odd", scopes: ["goals:own"] })).rejects.toThrow();
  });
});

it("throws instead of calling a key invalid when the database is away", async () => {
  const doomed = await openTestAccounts();
  await doomed.pool.query(`alter table apikey rename to gone`);
  const request = requestWith({ "x-api-key": `rw_${"a".repeat(48)}` });
  await expect(authenticate(doomed, request)).rejects.toThrow("apikey");
  await doomed.close();
});
