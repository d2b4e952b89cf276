import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Decimal, parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import { judgeLine } from "./judge-line.ts";
import { type Invoiced, readInvoiced } from "./read-invoiced.ts";
import { type Metered, readMetered } from "./read-metered.ts";
import { settleSwitches } from "./settle-switches.ts";
import {
  RECONCILIATION_STATUSES,
  type Reconciliation,
  type ReconciliationStatus,
  type SettledSwitch,
  type StatementLine,
  type StatementTotal,
} from "./statement.ts";

interface Account {
  id: string;
  name: string;
  switches: Record<string, Record<string, string>>;
}

/**
 * A month of the ledger beside the invoices and usage statements imported for it, line by line. Reads only: a difference
 * is told, never spread.
 * @param period month of use, `2026-10`
 */
export async function readReconciliation(db: Database, period: string): Promise<Reconciliation> {
  const [metered, invoiced, accounts] = await Promise.all([
    readMetered(db, period),
    readInvoiced(db, period),
    db.query(sql<Account>`select id, name, switches from cost_accounts`),
  ]);
  const lines = pairLines(metered, invoiced, new Map(accounts.map((account) => [account.id, account])));
  const count = (status: ReconciliationStatus): number => lines.filter((line) => line.status === status).length;
  const byStatus = Object.fromEntries(RECONCILIATION_STATUSES.map((status) => [status, count(status)]));
  return { period, lines, totals: totalsOf(lines), byStatus: byStatus as Reconciliation["byStatus"] }; // safe: every status
}

type Accounts = ReadonlyMap<string, Account>;

const keyOf = (accountId: string | null, card: string | null, meter: string | null): string =>
  JSON.stringify([accountId, card, meter]);

function pairLines(metered: readonly Metered[], invoiced: readonly Invoiced[], accounts: Accounts): StatementLine[] {
  const ours = new Map(metered.map((one) => [keyOf(one.accountId, one.card, one.meter), one]));
  const theirs = new Map(
    invoiced.filter(({ meter }) => meter !== null).map((one) => [keyOf(one.accountId, one.card, one.meter), one]),
  );
  const settled = settledOf(metered, invoiced, accounts);
  const ofMeters = [...new Set([...ours.keys(), ...theirs.keys()])].map((key) =>
    lineOf(ours.get(key), theirs.get(key), accounts, settled),
  );
  const others = invoiced
    .filter(({ meter }) => meter === null)
    .map((one) => lineOf(one.card === null ? undefined : sumOfCard(metered, one), one, accounts, settled));
  return [...ofMeters, ...others].sort(byPlace);
}

const placeOf = ({ accountId, card, meter, description }: StatementLine): string =>
  JSON.stringify([accountId ?? "\uffff", card ?? "\uffff", meter ?? "\uffff", description]);

const byPlace = (a: StatementLine, b: StatementLine): number => (placeOf(a) < placeOf(b) ? -1 : 1);

/** Our side of an issuer's sum over a card. */
function sumOfCard(metered: readonly Metered[], { accountId, card }: Invoiced): Metered | undefined {
  const ofCard = metered.filter((one) => one.accountId === accountId && one.card === card);
  const [first] = ofCard;
  if (!first) return undefined;
  const sum = (figure: (one: Metered) => Decimal | null): Decimal =>
    ofCard.reduce((total, one) => total.plus(figure(one) ?? ZERO), ZERO);
  return { ...first, quantity: null, cost: sum(({ cost }) => cost), allocated: sum(({ allocated }) => allocated) };
}

/** By account and card, and told on the lines of the card. */
function settledOf(metered: readonly Metered[], invoiced: readonly Invoiced[], accounts: Accounts) {
  const groups = Map.groupBy(metered, ({ accountId, card }) => keyOf(accountId, card, null));
  return new Map(
    [...groups].map(([key, ofCard]) => {
      const theirs = invoiced.filter((one) => keyOf(one.accountId, one.card, null) === key);
      const options = accounts.get(ofCard[0]?.accountId ?? "")?.switches[ofCard[0]?.card ?? ""] ?? {};
      return [key, theirs.length === 0 ? [] : settleSwitches({ metered: ofCard, invoiced: theirs, options })];
    }),
  );
}

const text = (value: Decimal | null | undefined): string | null =>
  value === null || value === undefined ? null : toDecimalString(value);

function lineOf(
  ours: Metered | undefined,
  theirs: Invoiced | undefined,
  accounts: Accounts,
  settled: ReadonlyMap<string, readonly SettledSwitch[]>,
): StatementLine {
  const accountId = ours?.accountId ?? theirs?.accountId ?? null;
  const [card, meter] = theirs ? [theirs.card, theirs.meter] : [ours?.card ?? null, ours?.meter ?? null];
  const [invoicedCost, meteredCost] = [theirs?.cost ?? null, ours?.cost ?? null];
  const allocated = ours?.allocated ?? null;
  const isCompared = invoicedCost !== null || meteredCost !== null;
  // A statement of quantities has no cost to differ from.
  const isPriced = theirs === undefined || invoicedCost !== null;
  const difference = isCompared && isPriced ? (invoicedCost ?? ZERO).minus(meteredCost ?? ZERO) : null;
  return {
    accountId,
    accountName: (accountId === null ? undefined : accounts.get(accountId)?.name) ?? ours?.accountName ?? null,
    provider: ours?.provider ?? theirs?.issuer ?? "",
    card,
    meter,
    description: describe(ours, theirs),
    unit: ours?.unit ?? theirs?.unit ?? null,
    currency: theirs?.currency ?? ours?.currency ?? "USD",
    invoices: theirs?.numbers ?? [],
    invoicedQuantity: text(theirs?.quantity),
    meteredQuantity: text(ours?.quantity),
    invoicedCost: text(invoicedCost),
    meteredCost: text(meteredCost),
    allocatedCost: text(allocated),
    unattributedCost: meteredCost === null ? null : text(meteredCost.minus(allocated ?? ZERO)),
    difference: text(difference),
    status: judgeLine({ invoiced: theirs, metered: ours }),
    settles: settled.get(keyOf(accountId, card, null)) ?? [],
  };
}

function describe(ours: Metered | undefined, theirs: Invoiced | undefined): string {
  if (theirs?.card === null) return theirs.description;
  if (theirs && theirs.meter === null) return `${ours?.service ?? theirs.card}: all meters`;
  return ours ? `${ours.service}: ${ours.meter}` : `${theirs?.card ?? ""}: ${theirs?.meter ?? ""}`;
}

/** A sum over a card stands beside its meters: its cost is the issuer's, theirs is metered already. */
const isSumOfCard = ({ card, meter }: StatementLine): boolean => card !== null && meter === null;

function totalsOf(lines: readonly StatementLine[]): StatementTotal[] {
  const groups = Map.groupBy(lines, ({ accountId, currency }) => JSON.stringify([accountId, currency]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const sum = (members: readonly StatementLine[], figure: (line: StatementLine) => string | null): Decimal =>
      members.reduce((total, line) => total.plus(parseDecimal(figure(line) ?? "0")), ZERO);
    const own = group.filter((line) => !isSumOfCard(line));
    const invoiced = sum(group, (line) => line.invoicedCost);
    const metered = sum(own, (line) => line.meteredCost);
    const allocated = sum(own, (line) => line.allocatedCost);
    return [
      {
        accountId: first.accountId,
        currency: first.currency,
        invoicedCost: toDecimalString(invoiced),
        meteredCost: toDecimalString(metered),
        allocatedCost: toDecimalString(allocated),
        unattributedCost: toDecimalString(metered.minus(allocated)),
        difference: toDecimalString(invoiced.minus(metered)),
      },
    ];
  });
}
