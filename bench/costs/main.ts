import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import type { Database } from "#shared/database/database.ts";
import { startChild } from "../processes/child.ts";
import { runCommand } from "../processes/run-command.ts";
import { askPages, type PageFigures } from "./ask-pages.ts";
import { copyRecords } from "./copy-records.ts";
import { groupByFlatPrice } from "./floor.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { backendPeakMb, ownPeakMb } from "./peak-memory.ts";
import type { SeedApi } from "./seed-process.ts";
import { PERIOD } from "./workload.ts";

const TARGET_PAGE_P95_MS = 300;

async function run({ records, copies, asks }: Options): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
  await chmod(dataDir, 0o711);
  const undo: (() => Promise<unknown>)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
    () => stopEmbeddedPostgres(dataDir),
  ];
  const clean = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => console.error(error));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => clean().then(() => process.exit(1)));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir });
    const pool = createPool({ connectionString: postgres.url, applicationName: "bench-ledger", max: 4 });
    undo.push(() => pool.end());
    await migrate(pool, join(import.meta.dirname, "..", "..", "migrations"));
    const db = postgresDatabase(pool);
    await openAccounts(db);
    console.log(`PostgreSQL ${postgres.version}, durable; Node ${process.version}; ${cpus().length} cores`);

    const writtenMs = await timed(() => seed(postgres.url, records));
    say("written by the host's writer", records, writtenMs);
    const small = await measureLedger(db, pool, records);
    console.log(`\npages over ${count(records)} records, ${asks} times each`);
    const smallPages = await askPages(pool, { db, scope: { kind: "platform" } }, asks);
    smallPages.forEach(print);

    let largePages: PageFigures[] = [];
    if (copies > 0) {
      const copiedMs = await timed(() => copyRecords(pool, copies));
      console.log("");
      say(`copied ${copies} times under other ids, in SQL`, records * copies, copiedMs);
      await pool.query("vacuum analyze usage_packs");
      await measureLedger(db, pool, records * copies, records * (copies + 1));
      await pool.query("vacuum analyze");
      console.log(`\npages over ${count(records * (copies + 1))} records, ${asks} times each`);
      largePages = await askPages(pool, { db, scope: { kind: "platform" } }, asks);
      largePages.forEach(print);
    }
    return judge(small, largePages.length > 0 ? largePages : smallPages);
  } finally {
    await clean();
  }
}

async function openAccounts(db: Database): Promise<void> {
  const subscription = { card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" };
  const cards = [
    "cloudflare/workers-paid",
    "cloudflare/queues-paid",
    "cloudflare/workers-logs",
    "cloudflare/observability",
  ];
  await putAccount(
    db,
    { id: "cloudflare", name: "Cloudflare", cards, hosts: ["workers"], fixed: [subscription] },
    "bench",
  );
  await putAccount(db, { id: "upstash", name: "Upstash", cards: ["upstash/redis-payg"], hosts: ["workers"] }, "bench");
}

async function seed(url: string, records: number): Promise<void> {
  const child = startChild<SeedApi>(join(import.meta.dirname, "seed-process.ts"));
  await child.ask("seed", { url, records });
  await child.end();
}

interface LedgerFigures {
  isExact: boolean;
  isSame: boolean;
}

async function measureLedger(db: Database, pool: pg.Pool, fresh: number, all = fresh): Promise<LedgerFigures> {
  const floor = await groupByFlatPrice(pool);
  say(`plain GROUP BY with a flat unit price: ${floor.rows} rows`, all, floor.ms);
  const rolledMs = await timed(() => rollUpUsage(db));
  say("rolled up", fresh, rolledMs);
  const startedMs = performance.now();
  const priced = await pricePeriod(db, PERIOD, { cause: "recompute" });
  const pricedMs = performance.now() - startedMs;
  say(`priced and reported: ${priced.charges} charges, ${count(priced.lines)} rows of cost`, all, pricedMs);
  say("rolled up, priced and reported", fresh, rolledMs + pricedMs);
  const again = await pricePeriod(db, PERIOD, { cause: "recompute" });
  const { rows } = await pool.query(
    "select (select sum(billed_cost) from cost_charges) = (select sum(effective_cost) from cost_lines) and (select sum(invocations) from usage_slices) = (select sum(record_count) from usage_packs) as exact",
  );
  const figures = {
    isExact: rows[0]?.exact === true,
    isSame: again.outputHash === priced.outputHash && again.changed === 0,
  };
  console.log(
    `rows sum to the invoice: ${figures.isExact}; priced again: ${again.changed} rows changed, same hash: ${figures.isSame}`,
  );
  console.log(
    `peak memory: Node ${ownPeakMb().toFixed(0)} MB, largest PostgreSQL backend ${(await backendPeakMb(pool)).toFixed(0)} MB with its shared buffers`,
  );
  return figures;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

const count = (value: number): string => value.toLocaleString("en");
const say = (what: string, records: number, ms: number): void =>
  console.log(`${what}: ${(ms / 1000).toFixed(1)} s, ${count(Math.round((records * 1000) / ms))} records a second`);
const print = ({ name, p50Ms, p95Ms }: PageFigures): void =>
  console.log(`  ${name.padEnd(16)} p50 ${p50Ms.toFixed(1).padStart(7)} ms  p95 ${p95Ms.toFixed(1).padStart(7)} ms`);

function judge({ isExact, isSame }: LedgerFigures, pages: readonly PageFigures[]): boolean {
  const targets: [string, boolean][] = [
    ["rows sum to the invoice", isExact],
    ["priced again, the same bytes", isSame],
    ...pages.map(({ name, p95Ms }): [string, boolean] => [
      `page "${name}" within ${TARGET_PAGE_P95_MS} ms at p95`,
      p95Ms < TARGET_PAGE_P95_MS,
    ]),
  ];
  console.log("");
  for (const [target, isMet] of targets) console.log(`${isMet ? "PASS" : "FAIL"}  ${target}`);
  return targets.every(([, isMet]) => isMet);
}

runCommand(HELP, readOptions, run);
