import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { createHostProcess } from "#tests/support/host-process.ts";
import { readFirstAccount } from "../processes/first-account.ts";
import { type ReadCase, readCases, writes } from "./cases.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { printReads, printWrites, type ReadFigures, type WriteFigures } from "./report.ts";
import { type Seeded, seed } from "./seed.ts";
import { type Api, openApi, sendAll } from "./send.ts";
import { askWitness, resetWitness, startWitness } from "./witness.ts";

/** `npm run bench:batching`: what company saves, with pg_stat_statements as the witness. */
const ALONE = { budgetMs: 0, mostKeys: 1 };
const TOGETHER = { budgetMs: 5, mostKeys: 200 };
const DRAIN_MS = 60_000;

interface Counted {
  loads: number;
  statements: number;
  waits: number[];
}

const noFigures = (): ReadFigures => ({ loads: 0, counted: 0, witnessed: 0, all: 0, tookMs: [], waits: [] });

async function run(options: Options): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-batching-"));
  await chmod(dataDir, 0o711);
  const undo: (() => unknown)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
    () => stopEmbeddedPostgres(join(dataDir, "postgres")),
  ];
  const end = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end().then(() => process.exit(1)));
  try {
    const host = await createHostProcess(dataDir, { LOG_LEVEL: "warn", N8N_URL: "http://127.0.0.1:9" });
    host.start();
    undo.push(() => host.stop());
    await host.ready();
    const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres") });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    undo.push(() => client.end());
    await startWitness(client);
    const { apiKey, tenantId } = await readFirstAccount(dataDir);
    const seeded = await seed(client, tenantId);
    const api = openApi(host.url, apiKey, options.concurrency);
    undo.push(() => api.close());
    console.log(
      `PostgreSQL ${postgres.version}, Node ${process.version}, ${cpus().length} cores; ${options.concurrency} requests in flight, ${options.rounds} rounds of ${options.requests}\n`,
    );
    const shadow = { mode: "shadow", reason: "a bench" };
    for (const kind of ["key", "tenant"])
      await api.ask({ method: "PUT", path: `/ops/v1/limits/${kind}/*`, body: shadow });
    const reads: [ReadCase, ReadFigures, ReadFigures][] = [];
    for (const each of readCases(seeded)) reads.push(await measureReads(api, client, each, options));
    printReads(reads);
    const isAgreed = reads.every((row) => row.slice(1).every((figures) => agrees(figures as ReadFigures))); // safe: all but the first
    printWrites(await measureWrites(api, client, seeded, options));
    console.log(
      isAgreed ? "\nThe counters and pg_stat_statements agree." : "\nThe counters and pg_stat_statements DISAGREE.",
    );
    return isAgreed;
  } finally {
    await end();
  }
}

const agrees = ({ counted, witnessed }: ReadFigures): boolean => counted === witnessed;

async function measureReads(
  api: Api,
  client: pg.Client,
  { requests, kind, route, pattern, ...about }: ReadCase,
  options: Options,
): Promise<[ReadCase, ReadFigures, ReadFigures]> {
  const [alone, together] = [noFigures(), noFigures()];
  const countsOf = async (): Promise<Counted> => {
    await api.ask({ method: "GET", path: "/ops/v1/batching" }); // has the process write down what it counted
    const { rows } = await client.query<Counted>(
      "select loads, statements, waits::float8[] from load_counts where kind = $1 and route = $2",
      [kind, route],
    );
    return rows.reduce(plus, { loads: 0, statements: 0, waits: [] });
  };
  await sendAll(api, requests(Math.min(1000, options.requests)), options.concurrency);
  for (let round = 0; round < options.rounds; round++) {
    for (const [settings, figures] of [[ALONE, alone] as const, [TOGETHER, together] as const]) {
      await api.ask({ method: "PUT", path: "/ops/v1/batching/settings", body: { ...settings, reason: "a bench" } });
      const before = await countsOf();
      await resetWitness(client);
      figures.tookMs.push(...(await sendAll(api, requests(options.requests), options.concurrency)));
      const { matching, all } = await askWitness(client, pattern);
      const after = await countsOf();
      figures.loads += after.loads - before.loads;
      figures.counted += after.statements - before.statements;
      figures.witnessed += matching;
      figures.all += all;
      const waits = after.waits.map((count, i) => count - (before.waits[i] ?? 0));
      figures.waits = waits.map((count, i) => count + (figures.waits[i] ?? 0));
    }
  }
  return [{ requests, kind, route, pattern, ...about }, alone, together];
}

/** Of two hours, where one ends in between. */
const plus = (one: Counted, other: Counted): Counted => ({
  loads: one.loads + other.loads,
  statements: one.statements + other.statements,
  waits: other.waits.map((count, i) => count + (one.waits[i] ?? 0)),
});

async function measureWrites(api: Api, client: pg.Client, seeded: Seeded, options: Options): Promise<WriteFigures[]> {
  const figures: WriteFigures[] = [];
  for (const isAsync of [false, true]) {
    await drain(client);
    await resetWitness(client);
    const startedMs = performance.now();
    const tookMs = await sendAll(api, writes(seeded, options.requests, isAsync), options.concurrency);
    await drain(client);
    const inserts = await askWitness(client, "insert into user_interactions");
    figures.push({
      isAsync,
      tookMs,
      inserts: inserts.matching,
      all: inserts.all,
      drainedMs: performance.now() - startedMs,
    });
  }
  return figures;
}

async function drain(client: pg.Client): Promise<void> {
  const deadlineMs = performance.now() + DRAIN_MS;
  while (performance.now() < deadlineMs) {
    const { rows } = await client.query<{ count: number }>(
      "select count(*)::int as count from outbox where queue = 'interaction-writes'",
    );
    if (rows[0]?.count === 0) return;
    await delay(20);
  }
  throw new Error(`Writes were still queued after ${DRAIN_MS / 1000} s.`);
}

const options = readOptions(process.argv.slice(2));
if (options === "help") console.log(HELP);
else process.exitCode = (await run(options)) ? 0 : 1;
