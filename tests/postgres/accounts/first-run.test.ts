import { afterEach, beforeEach, expect, it } from "vitest";
import { authenticate } from "#shared/accounts/authenticate.ts";
import { createAccount } from "#shared/accounts/create-account.ts";
import { ensureFirstAccount } from "#shared/accounts/first-run.ts";
import { FINANCE_SCOPES, OPERATOR_SCOPES, TENANT_SCOPES } from "#shared/accounts/scopes.ts";
import { openTestAccounts, requestWith, type TestAccounts } from "#tests/support/accounts.ts";

let accounts: TestAccounts;
beforeEach(async () => {
  accounts = await openTestAccounts();
});
afterEach(() => accounts.close());

it("makes one account when two processes start at once, and its secrets work", async () => {
  const both = await Promise.all([ensureFirstAccount(accounts), ensureFirstAccount(accounts)]);
  const [first, ...others] = both.filter((account) => account !== null);
  expect(others).toEqual([]);
  if (!first) throw new Error("no account");
  expect(await ensureFirstAccount(accounts)).toBeNull();
  const { rows } = await accounts.pool.query(`select email, is_operator from "user"`);
  expect(rows).toEqual([{ email: first.email, is_operator: true }]);

  const found = await authenticate(accounts, requestWith({ "x-api-key": first.apiKey }));
  expect(found).toMatchObject({
    principal: {
      kind: "key",
      tenantId: first.tenantId,
      isOperator: true,
      scopes: [...TENANT_SCOPES, ...FINANCE_SCOPES, ...OPERATOR_SCOPES],
    },
  });
  const signedIn = await accounts.send("/sign-in/email", { email: first.email, password: first.password });
  expect(signedIn.status).toBe(200);
});

it("makes none where somebody has signed up", async () => {
  const input = { email: "ada@example.com", password: "12345678", name: "Ada", tenantName: "Acme" };
  await createAccount(accounts, input);
  expect(await ensureFirstAccount(accounts)).toBeNull();
});
