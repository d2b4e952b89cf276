import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { answerCalls } from "../processes/child.ts";
import { seedRecords } from "./seed.ts";

/** Writes the records in a process of its own: what the ledger needs of memory is what the bench's shows. */
export type SeedApi = { seed(input: { url: string; records: number }): Promise<void> };

const api: SeedApi = {
  async seed({ url, records }) {
    const pool = createPool({ connectionString: url, applicationName: "bench-seed", max: 2 });
    await seedRecords(postgresDatabase(pool), records);
    await pool.end();
  },
};

answerCalls(api);
