import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { checkBudgets } from "#shared/costs/budgets/check-budgets.ts";
import { announceReports } from "#shared/costs/notices/announce-reports.ts";

const [connectionString, now] = process.argv.slice(2);
if (connectionString === undefined || now === undefined) throw new Error("Usage: budgets-process.ts DATABASE_URL NOW");

/** Waits for its input to end, so that several begin at once; then says how many notices it told. */
const pool = createPool({ connectionString, applicationName: "budgets", max: 2 });
const ctx = {
  db: postgresDatabase(pool),
  clock: () => Date.parse(now),
  publicUrl: "https://rainwire.test",
  causedBy: (actor: string) => ({ actor, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }),
};
await ctx.db.query({ text: "select 1", values: [], isEmitting: false });
process.stdout.write("ready\n");
for await (const _ of process.stdin);
const told = (await checkBudgets(ctx)) + (await announceReports(ctx));
process.stdout.write(`told ${told}\n`);
await pool.end();
