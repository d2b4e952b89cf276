import { type Database, isGuard } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";
import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { hashCard, PRICE_BOOK } from "../price-book.ts";
import type { PriceBook } from "../read-price-book.ts";
import { listAccounts } from "./accounts.ts";
import type { Charge } from "./charge.ts";
import { chargesOf } from "./charges-of.ts";
import { refreshRollups, refreshRunCosts } from "./derived-tables.ts";
import { hashUsage, loadUsage } from "./load-usage.ts";
import { forMany, lockLedger } from "./lock.ts";
import { daysOf, Period } from "./month.ts";
import { listReadings } from "./readings.ts";
import { segmentsOf } from "./segments.ts";
import { unpricedTokens } from "./unpriced-tokens.ts";
import { changesSoFar, removeOthers, resetChanges, USAGE_MOVED, writeCharge } from "./write-charge.ts";

export interface PricingOptions {
  cause: "task" | "recompute" | "close";
  /** Who asked for it, e.g. `user:…`. */
  actor?: string | null;
  /** The repository's unless told. */
  book?: PriceBook;
  /** Prices nothing when the inputs are those of the run before. */
  onlyIfChanged?: boolean;
}

export interface Priced {
  period: string;
  runId: string;
  inputHash: string;
  outputHash: string;
  charges: number;
  lines: number;
  /** Rows of charges and lines that were written or removed: 0 when the same inputs were priced again. */
  changed: number;
  /** false: the inputs were those of the run before, and nothing was done. */
  isPriced: boolean;
}

/** A period that is closed takes corrections only. */
export class PeriodClosedError extends Error {
  override readonly name = "PeriodClosedError";

  constructor(period: string) {
    super(
      `${period} is closed: what came later is priced by a correction (npm run costs -- correct --period ${period})`,
    );
  }
}

/** Guard: the period was closed. */
export const CLOSED = "period_closed";
const TRIES = 5;

/** What a period is priced from. */
export interface PricingInputs {
  charges: Charge[];
  inputs: Record<string, unknown>;
  inputHash: string;
}

export async function readPricingInputs(
  db: Database,
  period: string,
  book: PriceBook = PRICE_BOOK,
): Promise<PricingInputs> {
  const { from, to } = daysOf(Period.parse(period));
  const accounts = await listAccounts(db);
  const segments = accounts.flatMap((account) => segmentsOf(account, period, book));
  const readings = await listReadings(db, from, to);
  const usageHash = await hashUsage(db, from, to);
  const charges = [
    ...chargesOf(period, await loadUsage(db, segments), readings),
    ...(await unpricedTokens(db, period, [...new Set(segments.map(({ card }) => card.id))])),
  ];
  const cards = segments.map(({ account, card, from: first }) => [account.id, card.id, first, hashCard(card)]);
  const rates = charges.map(({ currency, exchangeRate }) => [currency, exchangeRate.toFixed()]);
  const inputs = { period, usageHash, cards, accounts, readings, rates: [...new Set(rates.map(String))].sort() };
  return { charges, inputs, inputHash: sha256Hex(canonicalJson(inputs)) };
}

/**
 * Prices an open period from what is rolled up of it: the same inputs give the same rows, byte for byte. All of it
 * takes effect, or nothing; a pricing that usage overtook is made again. Throws a {@link PeriodClosedError}.
 */
export async function pricePeriod(db: Database, period: string, options: PricingOptions): Promise<Priced> {
  for (let left = TRIES; ; left--) {
    const startedAt = new Date();
    const pricing = await readPricingInputs(db, period, options.book);
    const [last] = await db.query(sql<{
      inputHash: string;
      outputHash: string;
      id: string;
      chargeCount: number;
      lineCount: number;
    }>`
      select r.input_hash, r.output_hash, r.id, r.charge_count, r.line_count from cost_periods p join pricing_runs r on r.id = p.run_id
      where p.period = ${period} and p.state = 'open'`);
    if (options.onlyIfChanged && last?.inputHash === pricing.inputHash) {
      const { id, inputHash, outputHash, chargeCount, lineCount } = last;
      return {
        period,
        runId: id,
        inputHash,
        outputHash,
        charges: chargeCount,
        lines: lineCount,
        changed: 0,
        isPriced: false,
      };
    }
    const runId = uuidv7();
    try {
      const rows = await db.batch([...writePricing(period, pricing, runId, startedAt, options)]);
      const [written] = rows.at(-1) as [{ outputHash: string; charges: number; lines: number; changed: number }]; // safe: the last statement's own row
      return { period, runId, inputHash: pricing.inputHash, ...written, isPriced: true };
    } catch (error) {
      if (isGuard(error, CLOSED)) throw new PeriodClosedError(period);
      if (!isGuard(error, USAGE_MOVED) || left <= 1) throw error;
    }
  }
}

/** The statements of a pricing, and what follows from it in the same batch. */
export function writePricing(
  period: string,
  { charges, inputs, inputHash }: PricingInputs,
  runId: string,
  startedAt: Date,
  { cause, actor = null }: PricingOptions,
): Statement[] {
  return [
    lockLedger(),
    forMany(),
    resetChanges(),
    sql`insert into cost_periods (period) values (${period}) on conflict (period) do nothing`,
    ensure(CLOSED, sql`exists (select from cost_periods where period = ${period} and state = 'open')`),
    ...charges.flatMap((charge) => writeCharge(charge, runId)),
    removeOthers(
      period,
      charges.map(({ id }) => id),
    ),
    ...refreshRollups(period),
    refreshRunCosts(period, charges),
    sql`insert into pricing_runs (id, period, cause, actor, started_at, input_hash, inputs, output_hash, charge_count, line_count, changed_count)
      select ${runId}::uuid, ${period}, ${cause}, ${actor}, ${startedAt}, ${inputHash}, ${json(inputs)}, ${outputHashOf(period)},
        (select count(*) from cost_charges where period = ${period} and correction_of is null),
        (select count(*) from cost_lines where period = ${period} and charge_id in
          (select id from cost_charges where period = ${period} and correction_of is null)), ${changesSoFar()}`,
    sql`update cost_periods set run_id = ${runId}::uuid, output_hash = (select output_hash from pricing_runs where id = ${runId}::uuid) where period = ${period}`,
    sql`select output_hash, charge_count as charges, line_count as lines, changed_count as changed from pricing_runs where id = ${runId}::uuid`,
  ];
}

/** SHA-256 (hex) over the charges of a period and their rows, corrections left out. */
export const outputHashOf = (period: string): Statement => sql`(
  select encode(sha256(convert_to(coalesce(string_agg(md5((to_jsonb(c) - 'run_id' - 'created_at' - 'created_by')::text), '' order by id), ''), 'UTF8')), 'hex')
  from cost_charges c where period = ${period} and correction_of is null)`;
