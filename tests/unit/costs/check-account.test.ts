import { expect, it } from "vitest";
import { CostAccount, type CostAccountInput } from "#shared/costs/ledger/accounts.ts";
import { checkAccount } from "#shared/costs/ledger/check-account.ts";
import { DEFAULT_ACCOUNTS } from "#shared/costs/ledger/default-accounts.ts";

const check = (change: Partial<CostAccountInput>) => () =>
  checkAccount(CostAccount.parse({ id: "a", name: "A", cards: ["upstash/qstash-payg"], ...change }));

it("refuses cards, meters and switches that the price book does not have, by name", () => {
  expect(check({ cards: ["upstash/none"] })).toThrow('there is no card "upstash/none"');
  expect(check({ fixed: [{ card: "neon/launch", meter: "compute", quantity: "1" }] })).toThrow(
    '"neon/launch" is not among its cards',
  );
  expect(check({ fixed: [{ card: "upstash/qstash-payg", meter: "prod", quantity: "1" }] })).toThrow(
    'has no meter "prod", but messages',
  );
  expect(check({ switches: { "upstash/qstash-payg": { retryBilling: "never" } } })).toThrow('has no option "never"');
  expect(check({ switches: { "upstash/qstash-payg": { retryBilling: "free" } } })).not.toThrow();
});

it("finds nothing to refuse in the accounts of a fresh installation", () => {
  for (const account of DEFAULT_ACCOUNTS) expect(() => checkAccount(CostAccount.parse(account))).not.toThrow();
});
