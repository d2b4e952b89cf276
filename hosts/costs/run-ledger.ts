import { z } from "zod";
import {
  CostAccount as Account,
  type CostAccount,
  listAccounts,
  putAccount,
  removeAccount,
} from "#shared/costs/ledger/accounts.ts";
import { closePeriod } from "#shared/costs/ledger/close-period.ts";
import { correctPeriod } from "#shared/costs/ledger/correct-period.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { listGaps, raiseGaps } from "#shared/costs/ledger/raise-gaps.ts";
import { putReadings, Reading } from "#shared/costs/ledger/readings.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import {
  type CostDimension,
  type CostFilter,
  type CostReader,
  costOfInvocation,
  costOfRun,
  costSummary,
  costsBy,
} from "#shared/costs/read-costs.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { operator } from "./ledger-arguments.ts";
import { withDatabase } from "./open-database.ts";

const everybodys = (db: Database): CostReader => ({ db, scope: { kind: "platform" } });

export const recompute = (period: string) =>
  withDatabase(async (db) => ({
    rolledUp: await rollUpUsage(db),
    priced: await pricePeriod(db, period, { cause: "recompute", actor: operator() }),
  }));

export const close = (period: string, by: string | undefined) =>
  withDatabase((db) => closePeriod(db, period, { actor: by ?? operator() }));

export const correct = (period: string, reason: string, by: string | undefined) =>
  withDatabase((db) => correctPeriod(db, period, { actor: by ?? operator(), reason }));

export const accounts = (): Promise<CostAccount[]> => withDatabase(listAccounts);

export const putAccounts = (input: unknown): Promise<CostAccount[]> => {
  const given = check(z.array(Account), Array.isArray(input) ? input : [input]);
  return withDatabase(async (db) => {
    const written: CostAccount[] = [];
    for (const account of given) written.push(await putAccount(db, { ...account, isDefault: false }, operator()));
    return written;
  });
};

export const remove = (id: string): Promise<boolean> => withDatabase((db) => removeAccount(db, id));

export const takeReadings = (input: unknown): Promise<number> => {
  const readings = check(z.array(Reading), input);
  return withDatabase(async (db) => {
    await putReadings(db, readings, operator());
    return readings.length;
  });
};

export const report = (filter: CostFilter, dimension: CostDimension, limit: number) =>
  withDatabase(async (db) => ({
    summary: await costSummary(everybodys(db), filter),
    rows: (await costsBy(everybodys(db), dimension, filter, { limit })).items,
    problems: await db.query(sql<{ card: string; meter: string; problem: string }>`
      select distinct card, meter, problem from cost_charges where problem is not null and from_day < ${filter.to}::date and to_day > ${filter.from}::date`),
  }));

export const invocation = (id: string) => withDatabase((db) => costOfInvocation(everybodys(db), id));

export const run = (id: string) => withDatabase((db) => costOfRun(everybodys(db), id));

export const completeness = () =>
  withDatabase(async (db) => {
    await raiseGaps(db);
    return await listGaps(db);
  });

function check<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
