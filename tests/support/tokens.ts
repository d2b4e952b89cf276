import { exportJWK, generateKeyPair, type JWK } from "jose";
import { createApiKey } from "#shared/accounts/api-keys.ts";
import { createAccount, ownerPrincipal } from "#shared/accounts/create-account.ts";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import type { Scope } from "#shared/accounts/scopes.ts";
import type { Cause } from "#shared/events/cause.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { type IssuedTokens, issueTokens, type TokenRequest } from "#shared/tokens/issue-tokens.ts";
import type { RefreshContext } from "#shared/tokens/refresh-tokens.ts";
import { SECRET, type TestAccounts } from "./accounts.ts";

export const CAUSE: Cause = {
  actor: "user:test",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};

/** What token verbs need, of a process. */
export const tokensContext = ({ database, clock, tokens }: TestAccounts): RefreshContext => ({
  db: database,
  clock,
  tokens,
  secret: SECRET,
  causedBy: (actor) => ({ ...CAUSE, actor }),
});

let users = 0;

/** A user who owns a tenant and is signed in. */
export async function signedInOwner(accounts: TestAccounts): Promise<{ owner: UserPrincipal; sessionToken: string }> {
  const email = `token-user-${++users}@example.com`;
  const password = "correct horse battery";
  const made = await createAccount(accounts, { email, password, name: "Ada", tenantName: "Acme" });
  if (made.kind !== "created") throw new Error(made.kind);
  const { userId, tenantId } = made;
  const response = await accounts.send("/sign-in/email", { email, password });
  const { token } = (await response.json()) as { token: string }; // safe: better-auth's answer
  const { rows } = await accounts.pool.query("select id from session where token = $1", [token]);
  return { owner: { ...ownerPrincipal(tenantId, userId, false), sessionId: rows[0].id }, sessionToken: token };
}

export async function apiKeyOf(accounts: TestAccounts, principal: UserPrincipal, scopes: Scope[]) {
  const made = await createApiKey({ ...accounts, principal }, { name: "Test", scopes });
  if (made.kind !== "created") throw new Error(made.kind);
  return made;
}

/** The tokens, or an error with the failure. */
export async function issued(
  accounts: TestAccounts,
  principal: UserPrincipal,
  request: Partial<TokenRequest> = {},
): Promise<IssuedTokens & { refreshToken: string }> {
  const tokens = await issueTokens(tokensContext(accounts), principal, { withRefresh: true, ...request });
  if (isFailure(tokens)) throw new Error(`${tokens.failure} ${tokens.detail ?? ""}`);
  return { ...tokens, refreshToken: tokens.refreshToken ?? "" };
}

/** Puts a key of the test's own among the deployment's, as one that is retired but not gone. */
export async function plantKey(accounts: TestAccounts, alg: "EdDSA" | "ES256", retired: { secondsAgo: number }) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = uuidv7();
  const publicJwk: JWK = await exportJWK(publicKey);
  await accounts.pool.query(
    `insert into signing_keys (id, alg, public_jwk, phase, published_at, promotable_at, promotes_at, promoted_at,
      retired_at, leaves_at)
    values ($1, $2, $3, 'retired', now(), now(), now(), now(), now() - $4::int * interval '1 second',
      now() + interval '10 minutes')`,
    [kid, alg, JSON.stringify(publicJwk), retired.secondsAgo],
  );
  accounts.tokens.ring.expire();
  return { kid, privateKey, publicJwk };
}
