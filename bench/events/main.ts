import { chmod, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { readSlowest, startProfile } from "../chaos-events/read-state.ts";
import { startChild } from "../processes/child.ts";
import { runCommand } from "../processes/run-command.ts";
import { startBullmq } from "./bullmq.ts";
import type { Contender } from "./contender.ts";
import { type CrowdFigures, measureCrowd } from "./dead-endpoints.ts";
import { type LoadFigures, openBench } from "./measure.ts";
import { HELP, type Options, readOptions, type Sizes } from "./options.ts";
import { openRainwire, startRainwire } from "./rainwire.ts";
import type { ReceiverApi } from "./receiver-process.ts";
import { type Figures, printReport } from "./report.ts";

const PRODUCERS = 64;
const IDLE_PER_SECOND = 25;
const CONCURRENCIES = [50, 100, 200];
const BULLMQ_SECRET = `whsec_${btoa("bench-events-signing-secret-0001")}`;

async function run({ sizes, parts, profileDir }: Options): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
  await chmod(dataDir, 0o711);
  const postgresDir = join(dataDir, "postgres");
  const undo: (() => Promise<unknown>)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
    () => stopEmbeddedPostgres(postgresDir),
  ];
  const clean = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => console.error(error));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => clean().then(() => process.exit(1)));

  try {
    const postgres = await startEmbeddedPostgres({ dataDir: postgresDir });
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4, options: "-c rainwire.wakes=host" });
    pool.on("error", () => undefined);
    undo.push(() => pool.end());
    const receiver = startChild<ReceiverApi>(join(import.meta.dirname, "receiver-process.ts"));
    undo.push(() => receiver.end());
    const { livePort, hangingPort } = await receiver.ask("open");
    const databaseUrl = postgres.url;
    const setting = { receiver, databaseUrl, cluster: await realpath(join(postgresDir, "cluster")) };
    const url = `http://127.0.0.1:${livePort}/webhooks`;
    console.log(
      `PostgreSQL ${postgres.version}, ${await durabilityOf(pool)}; Node ${process.version}; ${cpus().length} cores; ${PRODUCERS} callers`,
    );

    const measureOne = async (contender: Contender): Promise<Figures> => {
      const bench = await openBench(contender, setting);
      try {
        return { name: contender.name, settings: contender.settings, ...(await measure(bench, sizes)) };
      } finally {
        await bench.close();
        await pool.query("checkpoint");
      }
    };

    let ours: Figures | undefined;
    let crowd: CrowdFigures | undefined;
    const variants: Figures[] = [];
    // The first start makes the tables, which BullMQ's events are committed to as well.
    const host = await startRainwire(dataDir, await profilingOptions(profileDir));
    undo.push(() => host.stop());
    const rainwire = { pool, host };
    const subscribed = [{ tenantId: "bench", urls: [url] }];
    if (profileDir !== undefined) await withClient(databaseUrl, startProfile);
    if (parts.has("rainwire")) {
      ours = await measureOne(await openRainwire(rainwire, "Rainwire", subscribed));
      if (profileDir !== undefined) await withClient(databaseUrl, printSlowest);
    }
    if (parts.has("variants")) {
      const name = "Rainwire, each event in a batch of its own";
      variants.push(await measureOne(await openRainwire(rainwire, name, subscribed, { way: "batch" })));
    }
    if (parts.has("dead")) {
      crowd = await measureCrowd({ rainwire, setting, livePort, hangingPort, seconds: sizes.crowdSeconds });
    }
    await host.stop();

    let theirs: Figures | undefined;
    if (parts.has("bullmq")) {
      const opening = { dataDir, url, secret: BULLMQ_SECRET };
      const usual = await startBullmq({ ...opening, fsync: "everysec", way: "row, then job" });
      undo.push(() => usual.stop());
      let best = { concurrency: 0, perSecond: 0 };
      for (const concurrency of CONCURRENCIES) {
        const bench = await openBench(await usual.open(concurrency), setting);
        const load = { concurrency: PRODUCERS, tenants: bench.contender.tenants };
        await bench.run({ count: sizes.warmUpEvents, ...load });
        const { perSecond } = await bench.run({ count: sizes.tuningEvents, ...load }).finally(() => bench.close());
        console.log(`BullMQ with concurrency ${concurrency}: ${Math.round(perSecond)} events a second`);
        if (perSecond > best.perSecond) best = { concurrency, perSecond };
      }
      theirs = await measureOne(await usual.open(best.concurrency));
      await usual.stop();
      if (parts.has("variants")) {
        const relayed = await startBullmq({ ...opening, fsync: "always", way: "relayed" });
        undo.push(() => relayed.stop());
        variants.push(await measureOne(await relayed.open(best.concurrency)));
      }
    }
    return printReport({ ours, theirs, variants, crowd });
  } finally {
    await clean();
  }
}

async function measure(bench: Awaited<ReturnType<typeof openBench>>, sizes: Sizes) {
  const { tenants } = bench.contender;
  await bench.run({ count: sizes.warmUpEvents, concurrency: PRODUCERS, tenants });
  const idle: LoadFigures = await bench.run({ count: sizes.idleEvents, perSecond: IDLE_PER_SECOND, tenants });
  const full = await bench.run({ count: sizes.throughputEvents, concurrency: PRODUCERS, tenants });
  const perSecond = full.perSecond / 2;
  const half = await bench.run({ count: Math.round(perSecond * sizes.halfLoadSeconds), perSecond, tenants });
  return { idle, full, half };
}

async function durabilityOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('synchronous_commit', 'fsync', 'full_page_writes') order by name",
  );
  return rows.map(({ name, setting }) => `${name} ${setting}`).join(", ");
}

async function profilingOptions(folder: string | undefined): Promise<string> {
  if (folder === undefined) return "";
  await mkdir(folder, { recursive: true });
  return `--cpu-prof --cpu-prof-dir=${folder}`;
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await work(client).finally(() => client.end());
}

async function printSlowest(client: pg.Client): Promise<void> {
  for (const { calls, totalMs, meanMs, planMs, text } of await readSlowest(client)) {
    console.log(
      `${totalMs.toFixed(0).padStart(8)} ms ${String(calls).padStart(7)} calls ${meanMs.toFixed(2)} ms each, ${planMs.toFixed(0)} ms of planning  ${text}`,
    );
  }
}

runCommand(HELP, readOptions, run);
