import type pg from "pg";
import { onTestFinished } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { gather } from "#shared/costs/gathered-records.ts";
import { noCounts } from "#shared/costs/invocation.ts";
import { type CostAccountInput, putAccount } from "#shared/costs/ledger/accounts.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { writePack } from "#shared/costs/write-pack.ts";
import type { Database } from "#shared/database/database.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { createTestDatabase } from "./database.ts";

export const PERIOD = "2026-10";
export const OCTOBER = { from: "2026-10-01", to: "2026-11-01" };

/** A Workers contract: subscription 5.00, 0.30 a million requests beyond 10 million, CPU 0.02 a million ms beyond 30 million. */
export const CLOUDFLARE: CostAccountInput = {
  id: "cloudflare",
  name: "Cloudflare",
  cards: ["cloudflare/workers-paid"],
  hosts: ["workers"],
  fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
};

export interface LedgerFixture {
  pool: pg.Pool;
  db: Database;
  /** Writes records as one pack of a Workers deployment. */
  pack(records: readonly UsageRecord[], processId?: number): Promise<void>;
  /** The sum of a column of some rows, as text. */
  sum(column: string, table: string, where?: string): Promise<string | null>;
}

/** A ledger on a database of its own, with the accounts given and no other. */
export async function openLedger(accounts: readonly CostAccountInput[] = [CLOUDFLARE]): Promise<LedgerFixture> {
  const database = await createTestDatabase();
  const pool = createPool({ connectionString: database.url, applicationName: "test", max: 6 });
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const db = postgresDatabase(pool);
  for (const account of accounts) await putAccount(db, account, "test");
  let sequence = 0;
  return {
    pool,
    db,
    async pack(records, processId = 4711) {
      await writePack(db, {
        id: uuidv7(),
        processId,
        host: "workers",
        firstSequence: sequence,
        records: gather(records),
      });
      sequence += records.length;
    },
    async sum(column, table, where = "true") {
      const { rows } = await pool.query(
        `select trim_scale(sum(${column}))::text as total from ${table} where ${where}`,
      );
      return rows[0]?.total ?? null;
    },
  };
}

/** A record of a request on Workers at a time of October: `2026-10-15T10:00:00Z` unless told. */
export function usageAt(at = "2026-10-15T10:00:00Z", change: Partial<UsageRecord> = {}): UsageRecord {
  const startedAtMs = Date.parse(at);
  return {
    id: uuidv7(startedAtMs),
    function: "api",
    trigger: "http",
    tenantId: "acme",
    executionId: null,
    outcome: "ok",
    startedAtMs,
    wallMs: 12.5,
    cpuMs: 4,
    cpuEvidence: "measured",
    ...noCounts(),
    ...change,
  };
}
