import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { findStaleReads } from "#tests/support/check-history.ts";
import { createHostProcess, type HostProcess } from "#tests/support/host-process.ts";
import { recordHistory } from "#tests/support/record-history.ts";
import { liftLimits } from "#tests/support/unlimited.ts";
import { createDice } from "../chaos-events/dice.ts";
import { readFirstAccount } from "../processes/first-account.ts";
import { readNumbers } from "../processes/read-numbers.ts";

const HELP = `npm run chaos:caches -- [--minutes 5] [--goals 20] [--seed 1]
Reads and writes goals through two hosts on one PostgreSQL while they stand still, are killed and lose the channel of
their caches, and looks for a read that shows less than a write acknowledged before it began.`;
const RAINWIRE_SECRET = "chaos-caches-secret-of-both-hosts";
const MOST_STILL_MS = 4_000;
const MOST_CALM_MS = 4_000;
const ROUND_MS = 60_000;

const options = readNumbers(process.argv.slice(2), { minutes: 5, goals: 20, seed: 1 });
if (options === "help") {
  console.log(HELP);
  process.exit(0);
}
const endMs = performance.now() + options.minutes * 60_000;
const dice = createDice(options.seed);
const undo: (() => unknown)[] = [];
const dataDir = await mkdtemp(join(tmpdir(), "rainwire-chaos-caches-"));

async function disturb(pool: pg.Pool, hosts: readonly HostProcess[]): Promise<string> {
  const host = hosts[Math.floor(dice() * hosts.length)];
  if (host?.pid === undefined) throw new Error("No host runs.");
  const kind = dice();
  if (kind < 0.4) {
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rainwire-caches'
         and datname = current_database() order by random() limit 1`,
    );
    return "channel cut";
  }
  if (kind < 0.9) {
    process.kill(host.pid, "SIGSTOP");
    await delay(dice() * MOST_STILL_MS);
    process.kill(host.pid, "SIGCONT");
    return "stood still";
  }
  await host.kill();
  host.start();
  await host.ready();
  return "killed";
}

try {
  const postgresDir = join(dataDir, "postgres");
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  undo.push(() => stopEmbeddedPostgres(postgresDir));
  const postgres = await startEmbeddedPostgres({ dataDir: postgresDir });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on("error", () => undefined);
  undo.push(() => pool.end());
  const hosts: HostProcess[] = [];
  for (const name of ["a", "b"]) {
    const folder = join(dataDir, `host-${name}`);
    await mkdir(folder);
    const env = { DATABASE_URL: postgres.url, RAINWIRE_SECRET, N8N_URL: "http://127.0.0.1:9", LOG_LEVEL: "warn" };
    const host = await createHostProcess(folder, env);
    hosts.push(host);
    undo.push(() => host.kill());
    host.start();
    await host.ready();
  }
  const { tenantId, apiKey } = await readFirstAccount(join(dataDir, "host-a"));
  await liftLimits(pool);
  const goalIds = Array.from({ length: options.goals }, () => uuidv7());
  await pool.query(
    "insert into user_goals (id, tenant_id, user_id, title) select id, $2, 'chaos', 'Goal' from unnest($1::uuid[]) id",
    [goalIds, tenantId],
  );

  const [counts, disturbances]: Record<string, number>[] = [{}, {}];
  let [reads, stale] = [0, 0];
  while (performance.now() < endMs && counts && disturbances) {
    const roundEndsMs = Math.min(endMs, performance.now() + ROUND_MS);
    let isOver = false;
    const urls = hosts.map(({ url }) => url);
    const recording = recordHistory({ urls, token: apiKey, goalIds, readers: 12, writers: 3, isOver: () => isOver });
    while (performance.now() < roundEndsMs) {
      await delay(dice() * MOST_CALM_MS);
      const what = await disturb(pool, hosts);
      disturbances[what] = (disturbances[what] ?? 0) + 1;
    }
    isOver = true;
    const { history, counts: seen } = await recording;
    for (const [name, count] of Object.entries(seen)) counts[name] = (counts[name] ?? 0) + count;
    reads += history.filter(({ kind }) => kind === "read").length;
    const found = findStaleReads(history);
    stale += found.length;
    for (const one of found.slice(0, 5)) console.log("STALE", JSON.stringify(one));
    console.log(`${reads} versions read, ${counts.write ?? 0} writes acknowledged, ${stale} stale`);
  }
  console.log({ answers: counts, disturbances });
  console.log(stale === 0 ? "No read was stale." : `${stale} reads were stale.`);
  process.exitCode = stale === 0 ? 0 : 1;
} finally {
  for (const step of undo.reverse()) await Promise.resolve(step()).catch((error: unknown) => console.error(error));
}
