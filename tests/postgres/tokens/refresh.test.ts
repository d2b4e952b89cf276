import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authenticate } from "#shared/accounts/authenticate.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { issueTokens } from "#shared/tokens/issue-tokens.ts";
import { refreshTokens } from "#shared/tokens/refresh-tokens.ts";
import { revokeRefreshToken } from "#shared/tokens/revoke-tokens.ts";
import { openTestAccounts, requestWith, SECRET, type TestAccounts } from "#tests/support/accounts.ts";
import { apiKeyOf, issued, signedInOwner, tokensContext } from "#tests/support/tokens.ts";

let accounts: TestAccounts;
let there: TestAccounts; // another process on the same database
let owner: UserPrincipal;
let sessionToken: string;
beforeAll(async () => {
  accounts = await openTestAccounts();
  there = await openTestAccounts({}, accounts);
});
beforeEach(async () => {
  ({ owner, sessionToken } = await signedInOwner(accounts));
});
afterAll(async () => {
  await there.close();
  await accounts.close();
});

const refresh = (token: string, process = accounts) => refreshTokens(tokensContext(process), token);
const check = (token: string, process = accounts) =>
  authenticate(process, requestWith({ authorization: `Bearer ${token}` }));

async function refreshed(token: string): Promise<{ accessToken: string; refreshToken: string }> {
  const next = await refresh(token);
  if (isFailure(next)) throw new Error(`${next.failure} ${next.detail ?? ""}`);
  return { accessToken: next.accessToken, refreshToken: next.refreshToken ?? "" };
}

/** As if the last rotation of the user's families had been so long ago. */
const rotatedAgo = (seconds: number) =>
  accounts.pool.query(
    "update refresh_families set rotated_at = now() - $1::int * interval '1 second' where user_id = $2",
    [seconds, owner.userId],
  );
const families = async () =>
  (await accounts.pool.query("select * from refresh_families where user_id = $1 order by id", [owner.userId])).rows;
const reuses = async () =>
  (
    await accounts.pool.query(
      "select data, subject, actor from events where name = 'tokens.reuse_detected' and tenant_id = $1",
      [owner.tenantId],
    )
  ).rows;

describe("a refresh token", () => {
  it("gives a successor and an access token of the same scopes", async () => {
    const first = await issued(accounts, owner, { scopes: ["goals:read"] });
    const next = await refreshed(first.refreshToken);
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(await check(next.accessToken, there)).toMatchObject({
      principal: { kind: "user", userId: owner.userId, tenantId: owner.tenantId, scopes: ["goals:read"] },
    });
    expect((await families())[0].generation).toBe(2);
  });

  it("is stored as its SHA-256 and nowhere in the clear", async () => {
    const { refreshToken } = await issued(accounts, owner);
    const [family] = await families();
    expect(family.token_hash).toBe(createHash("sha256").update(refreshToken).digest("hex"));
    expect(JSON.stringify(family)).not.toContain(refreshToken.split(".")[2]);
  });

  it("used fifty times at once, in two processes, gives one successor", async () => {
    const { refreshToken } = await issued(accounts, owner);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => refresh(refreshToken, i % 2 === 0 ? accounts : there)),
    );
    expect(answers.filter(isFailure)).toEqual([]);
    expect(new Set(answers.map((answer) => (isFailure(answer) ? "" : answer.refreshToken))).size).toBe(1);
    const [family] = await families();
    expect(family.generation).toBe(2);
    expect(family.revoked_at).toBeNull();
    expect(await reuses()).toEqual([]);
  });

  it("used again within ten seconds gives that same successor, and the chain goes on", async () => {
    const { refreshToken } = await issued(accounts, owner);
    const first = await refreshed(refreshToken);
    await rotatedAgo(9);
    expect((await refreshed(refreshToken)).refreshToken).toBe(first.refreshToken);
    await refreshed(first.refreshToken);
    expect((await families())[0].generation).toBe(3);
  });

  it("used again later ends the family, its tokens too, and tells of it once", async () => {
    const { refreshToken, accessToken } = await issued(accounts, owner);
    const next = await refreshed(refreshToken);
    expect(await check(next.accessToken, there)).toHaveProperty("principal");
    await rotatedAgo(11);
    expect(await refresh(refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect(await refresh(refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect(await refresh(next.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    for (const token of [accessToken, next.accessToken]) {
      expect(await check(token)).toEqual({ failure: "invalid" });
      expect(await check(token, there)).toEqual({ failure: "invalid" });
    }
    const [family] = await families();
    expect(family.revoked_reason).toBe("reuse");
    expect(await reuses()).toEqual([
      {
        data: {
          familyId: family.id,
          userId: owner.userId,
          sessionId: owner.sessionId,
          generation: 1,
          currentGeneration: 2,
        },
        subject: `refresh-families/${family.id}`,
        actor: `user:${owner.userId}`,
      },
    ]);
  });

  it("used again within ten seconds, after its successor was used, ends the family", async () => {
    const { refreshToken } = await issued(accounts, owner);
    await refreshed((await refreshed(refreshToken)).refreshToken);
    expect(await refresh(refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect((await families())[0].revoked_reason).toBe("reuse");
  });

  it("that somebody made up ends nothing", async () => {
    const { refreshToken } = await issued(accounts, owner);
    const [prefix, generation, proof = ""] = refreshToken.split(".");
    const forged = `${proof.startsWith("A") ? "B" : "A"}${proof.slice(1)}`;
    for (const token of [
      `${prefix}.${generation}.${forged}`,
      `${prefix}.2.${proof}`,
      `${prefix}.0.${proof}`,
      `rwr_018f0000-0000-7000-8000-000000000000.1.${proof}`,
      "rwr_",
      "",
    ]) {
      expect(await refresh(token)).toEqual({ failure: "unauthenticated" });
    }
    await refreshed(refreshToken);
  });

  it("holds for thirty days from the first on", async () => {
    const { refreshToken, refreshExpiresAt } = await issued(accounts, owner);
    expect(Math.abs(Number(refreshExpiresAt) - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    await accounts.pool.query("update refresh_families set expires_at = now() where user_id = $1", [owner.userId]);
    expect(await refresh(refreshToken)).toEqual({ failure: "credential_expired" });
  });

  it("gives no more than the role does now, and nothing to who has left", async () => {
    const { refreshToken } = await issued(accounts, owner, { scopes: ["goals:read", "keys:manage"] });
    await accounts.pool.query("update member set role = 'member' where user_id = $1", [owner.userId]);
    const next = await refreshed(refreshToken);
    // A role that changed a moment ago refuses tokens for two seconds more; their scopes are right already.
    expect(JSON.parse(Buffer.from(next.accessToken.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
      scope: "goals:read",
      role: "member",
    });
    await accounts.pool.query("delete from member where user_id = $1", [owner.userId]);
    expect(await refresh(next.refreshToken)).toEqual({ failure: "tenant_missing" });
  });

  it("ends with its holder's wish, and with its session", async () => {
    const [a, b] = [await issued(accounts, owner), await issued(accounts, owner)];
    await revokeRefreshToken({ db: accounts.database, secret: SECRET }, `${a.refreshToken.slice(0, -1)}_`);
    const next = await refreshed(a.refreshToken);
    await revokeRefreshToken({ db: accounts.database, secret: SECRET }, next.refreshToken);
    expect(await refresh(next.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect(await check(next.accessToken)).toEqual({ failure: "invalid" });
    expect(await check(b.accessToken)).toHaveProperty("principal");
    await accounts.send("/sign-out", {}, { authorization: `Bearer ${sessionToken}` });
    expect(await refresh(b.refreshToken)).toMatchObject({ failure: "unauthenticated" });
    expect((await families()).map(({ revoked_reason }) => revoked_reason)).toEqual(["signed_out", "session_ended"]);
  });
});

describe("issuing", () => {
  const ask = (
    principal: Parameters<typeof issueTokens>[1],
    scopes?: ("goals:read" | "goals:write")[],
    withRefresh = false,
  ) => issueTokens(tokensContext(accounts), principal, { scopes, withRefresh });

  it("never gives more than the caller holds", async () => {
    const { key } = await apiKeyOf(accounts, owner, ["goals:read", "tokens:issue"]);
    const by = await check(key);
    if (!("principal" in by) || by.principal.kind !== "key") throw new Error("not a key");
    expect(await ask(by.principal, ["goals:read", "goals:write"])).toMatchObject({
      failure: "scope_missing",
      detail: "You do not hold goals:write yourself.",
    });
    const made = await ask(by.principal, ["goals:read"]);
    if (isFailure(made)) throw new Error(made.failure);
    const { keyId, tenantId, userId } = by.principal;
    expect(await check(made.accessToken)).toEqual({
      principal: { kind: "key", keyId, tenantId, userId, scopes: ["goals:read"], isOperator: false, isByToken: true },
    });
  });

  it("exchanges no access token for another, and gives keys no refresh token", async () => {
    const { accessToken } = await issued(accounts, owner);
    const by = await check(accessToken);
    if (!("principal" in by) || by.principal.kind !== "user") throw new Error("not a user");
    expect(await ask(by.principal)).toMatchObject({ failure: "scope_missing" });
    const { key } = await apiKeyOf(accounts, owner, ["goals:read"]);
    const byKey = await check(key);
    if (!("principal" in byKey) || byKey.principal.kind !== "key") throw new Error("not a key");
    expect(await ask(byKey.principal, undefined, true)).toMatchObject({ failure: "invalid_request" });
  });

  it("gives no token that outlives its key", async () => {
    const { id, key } = await apiKeyOf(accounts, owner, ["goals:read"]);
    await accounts.pool.query("update apikey set expires_at = now() + interval '90 seconds' where id = $1", [id]);
    const by = await check(key);
    if (!("principal" in by) || by.principal.kind !== "key") throw new Error("not a key");
    const made = await ask(by.principal);
    if (isFailure(made)) throw new Error(made.failure);
    expect(made.expiresInSeconds).toBeGreaterThan(80);
    expect(made.expiresInSeconds).toBeLessThanOrEqual(90);
  });

  it("gives nothing to a session that has ended since it was checked", async () => {
    await accounts.pool.query("delete from session where id = $1", [owner.sessionId]);
    expect(await ask(owner)).toEqual({ failure: "unauthenticated" });
    expect(await ask(owner, undefined, true)).toEqual({ failure: "unauthenticated" });
  });
});
