import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { seedRecords } from "./seed.ts";

/** `seed-process.ts URL COUNT`: writes the records in a process of its own, whose memory is not the ledger's. */
const [url = "", count = "0"] = process.argv.slice(2);
const pool = createPool({ connectionString: url, applicationName: "bench-seed", max: 2 });
await seedRecords(postgresDatabase(pool), Number(count));
await pool.end();
