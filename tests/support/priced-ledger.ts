import type pg from "pg";
import { onTestFinished } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { type CostAccountInput, putAccount } from "#shared/costs/ledger/accounts.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { putReadings, type Reading } from "#shared/costs/ledger/readings.ts";
import type { UsageSum } from "#shared/costs/usage-sums.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { createTestDatabase } from "./database.ts";

/** What a function did in a day for a tenant and a workflow; counts that are not given are 0. */
export interface CellInput extends Partial<Record<UsageSum, bigint>> {
  day: string;
  function?: string;
  tenantId?: string | null;
  workflowId?: string | null;
}

export interface PricedLedgerInput {
  accounts: readonly CostAccountInput[];
  cells?: readonly CellInput[];
  readings?: readonly Reading[];
  /** Priced at once. */
  periods?: readonly string[];
}

export interface PricedLedger {
  db: Database;
  pool: pg.Pool;
  url: string;
}

const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A ledger on a database of its own, gone with the test. */
export async function openPricedLedger({
  accounts,
  cells = [],
  readings = [],
  periods = [],
}: PricedLedgerInput): Promise<PricedLedger> {
  const database = await createTestDatabase();
  const pool = createPool({ connectionString: database.url, applicationName: "test", max: 2 });
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const db = postgresDatabase(pool);
  for (const account of accounts) await putAccount(db, account, null);
  for (const { day, function: name = "api", tenantId = "acme", workflowId = null, ...sums } of cells) {
    const columns = Object.keys(sums).map((column) => `, ${columnOf(column)}`);
    const values = Object.values(sums).map((value) => `, ${value}`);
    await db.query({
      ...sql`insert into usage_cells`,
      text: `insert into usage_cells (day, host, function, tenant_id, workflow_id${columns.join("")})
        values ($1, 'workers', $2, $3, $4${values.join("")})`,
      values: [day, name, tenantId, workflowId],
    });
  }
  if (readings.length > 0) await putReadings(db, readings, null);
  for (const period of periods) await pricePeriod(db, period, { cause: "recompute" });
  return { db, pool, url: database.url };
}
