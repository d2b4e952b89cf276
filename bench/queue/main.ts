import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { graphileWorker } from "./graphile-worker.ts";
import { type Figures, measure, type Sizes } from "./measure.ts";
import { notifiedPgBoss, pgBoss } from "./pg-boss.ts";
import { rainwire } from "./rainwire.ts";

/** `npm run bench:queue -- [--quick] [--only=rainwire]`: the queue's two targets, beside others on the same server. */
const TARGET_IDLE_P50_MS = 10;
const TARGET_PER_SECOND = 10_000;
const FULL: Sizes = { idleSends: 200, throughputCount: 100_000, backlogCount: 100_000, mostSeconds: 30 };
const QUICK: Sizes = { idleSends: 50, throughputCount: 30_000, backlogCount: 30_000, mostSeconds: 8 };
const DURABLE = { synchronous_commit: "on", fsync: "on", full_page_writes: "on" };

const isQuick = process.argv.includes("--quick");
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const contenders = [rainwire, pgBoss, notifiedPgBoss, graphileWorker].filter(
  ({ name }) => !only || name.startsWith(only),
);

async function main(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, settings: DURABLE });
  // The server outlives this process by design, so an interrupted bench takes it along.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await stopEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
      process.exit(1);
    });
  }
  try {
    console.log(
      `PostgreSQL ${postgres.version}, ${JSON.stringify(DURABLE)}; Node ${process.version}; ${cpus().length} cores`,
    );
    console.log(
      "Producer and consumer share one Node process. Acknowledgements are committed before the clock stops.\n",
    );
    const figures: Figures[] = [];
    for (const contender of contenders) {
      const database = `bench_${contender.name}`.replace(/\W/g, "_").toLowerCase();
      await administer(postgres.url, `create database ${database}`);
      const url = new URL(postgres.url);
      url.pathname = `/${database}`;
      figures.push(await measure(contender, url.href, isQuick ? QUICK : FULL));
      console.log(`${contender.name}: ${contender.settings}`);
      await administer(postgres.url, `drop database ${database} with (force)`);
      await administer(postgres.url, "checkpoint");
    }
    printTable(figures);
    return judge(figures);
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function printTable(figures: Figures[]): void {
  const perSecond = (value: number, count: number) =>
    `${Math.round(value).toLocaleString("en")} (of ${count.toLocaleString("en")})`;
  const ms = (value: number) => value.toFixed(1);
  const rows = figures.map((f) => [
    f.name,
    ms(f.idleP50Ms),
    ms(f.idleP99Ms),
    ms(f.delayedP50Ms),
    perSecond(f.throughputPerSecond, f.throughputCount),
    perSecond(f.backlogPerSecond, f.backlogCount),
  ]);
  const head = [
    "",
    "idle p50 ms",
    "idle p99 ms",
    "p50 ms, delayed wait",
    "enqueue+handle+ack/s",
    "from a backlog, handle+ack/s",
  ];
  console.log(`\n| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  console.log();
}

function judge(figures: Figures[]): number {
  const ours = figures.find(({ name }) => name === rainwire.name);
  if (!ours) return 0;
  const verdicts = [
    {
      isMet: ours.idleP50Ms < TARGET_IDLE_P50_MS,
      text: `idle enqueue-to-handler p50 ${ours.idleP50Ms.toFixed(1)} ms, target under ${TARGET_IDLE_P50_MS}`,
    },
    {
      isMet: ours.throughputPerSecond >= TARGET_PER_SECOND,
      text: `${Math.round(ours.throughputPerSecond)} messages a second, target ${TARGET_PER_SECOND}`,
    },
  ];
  for (const { isMet, text } of verdicts) console.log(`${isMet ? "PASS" : "FAIL"} ${text}`);
  return verdicts.every(({ isMet }) => isMet) ? 0 : 1;
}

process.exitCode = await main();
