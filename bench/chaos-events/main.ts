import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { createHostProcess } from "#tests/support/host-process.ts";
import { readFirstAccount } from "../processes/first-account.ts";
import { runCommand } from "../processes/run-command.ts";
import { createDice } from "./dice.ts";
import { openEffects } from "./effects.ts";
import { createKiller } from "./kill-host.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { countBy, readDrivingEvents, readOpenWork, readSlowest, readUsage, startProfile } from "./read-state.ts";
import { startReceiver } from "./receiver.ts";
import { printReport } from "./report.ts";
import { type Written, writeEvents } from "./write-events.ts";

const SIGNING_SECRET = `whsec_${btoa("chaos-events-signing-key-1")}`;
const WEBHOOK_KEY = "chaos-events-webhook-key";
const WEBHOOK_TIMEOUT_MS = 1_500;
const RUN_TIMEOUT_MS = 5_000;
const MOST_RUNS = 20;
const PROGRESS_MS = 5_000;

async function run(options: Options): Promise<boolean> {
  const { events, kills, seed } = options;
  console.log(`${events} events, ${kills} kills, seed ${seed}, ${options.concurrency} requests in flight at most`);
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-chaos-"));
  await chmod(dataDir, 0o711);
  const effects = openEffects(join(dataDir, "effects.sqlite"));
  const receiver = await startReceiver({
    signingSecret: SIGNING_SECRET,
    webhookKey: WEBHOOK_KEY,
    dice: createDice(seed),
    effects,
  });
  const host = await createHostProcess(dataDir, {
    N8N_URL: receiver.url,
    N8N_SIGNING_SECRET: SIGNING_SECRET,
    N8N_WEBHOOK_KEY: WEBHOOK_KEY,
    N8N_CONCURRENCY: String(options.concurrency),
    N8N_WEBHOOK_TIMEOUT_MS: String(WEBHOOK_TIMEOUT_MS),
  });
  host.start();
  let isPassed = false;
  let isOver = false;
  const undo: (() => unknown)[] = [() => host.stop(), () => receiver.close(), () => effects.close()];
  try {
    await host.ready();
    const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres") });
    undo.push(() => postgres.stop());
    const [writer, watcher] = await Promise.all([connect(postgres.url), connect(postgres.url)]);
    undo.push(() => Promise.all([writer.end(), watcher.end()]));
    const account = await readFirstAccount(dataDir);
    await map(watcher);
    if (options.shouldProfile) await startProfile(watcher);

    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1000;
    const written: Written = { byPlainSql: 0, byVerb: 0, verbRepeats: 0, isDone: false };
    const effectCount = () => effects.count();
    const killer = createKiller({
      host,
      kills,
      events,
      dice: createDice(seed + 1),
      effectCount,
      isOver: () => isOver,
    });
    receiver.onArrival = (atMs) => killer.noteArrival(atMs);
    let failure: unknown;
    const note = (error: unknown) => {
      failure ??= error;
    };
    const writing = writeEvents(
      { client: writer, hostUrl: host.url, ...account, events, dice: createDice(seed + 2), effectCount },
      written,
    ).catch(note);
    let isKilling = true;
    const killing = killer
      .run()
      .catch(note)
      .finally(() => {
        isKilling = false;
      });

    let work = await readOpenWork(watcher);
    let toldMs = 0;
    let allTakenSeconds: number | undefined;
    while (failure === undefined && seconds() * 1000 < options.deadlineMs) {
      work = await readOpenWork(watcher);
      if (host.unexpectedEnd !== undefined) throw new Error(host.unexpectedEnd);
      if (written.isDone && effectCount() >= written.byPlainSql + written.byVerb) allTakenSeconds ??= seconds();
      if (written.isDone && !isKilling && work.outbox + work.deliveries + work.executions === 0) break;
      if (performance.now() - toldMs > PROGRESS_MS) {
        toldMs = performance.now();
        console.log(
          `${seconds().toFixed(0).padStart(4)} s  written ${written.byPlainSql + written.byVerb}  effects ${effectCount()}  kills ${killer.kills}  open: outbox ${work.outbox}, deliveries ${work.deliveries}, executions ${work.executions}`,
        );
      }
      await delay(200);
    }
    const settledSeconds = seconds();
    isOver = true;
    await killing;
    if (failure !== undefined) throw failure;
    await host.stop();
    await writing;

    const driving = await readDrivingEvents(watcher);
    isPassed = printReport({
      options,
      written,
      work,
      driving,
      lost: driving.filter((id) => !effects.has(id)),
      effectCount: effectCount(),
      takenTwice: effects.takenTwice(),
      outOfOrder: effects.outOfOrder(),
      tally: receiver.tally,
      killer,
      executions: await countBy(
        watcher,
        "select status as key, count(*) from workflow_executions group by 1 order by 1",
      ),
      deadLetters: await countBy(
        watcher,
        "select queue || ' ' || reason as key, count(*) from dead_letters group by 1",
      ),
      runAttempts: await countBy(
        watcher,
        "select 'attempt ' || attempt as key, count(*) from workflow_executions group by 1 order by 1",
      ),
      circuitOpenings: await countBy(
        watcher,
        "select name as key, count(*) from events where name like 'circuit.%' group by 1",
      ),
      usage: await readUsage(watcher),
      allTakenSeconds,
      settledSeconds,
    });
    if (options.shouldProfile) {
      for (const { calls, totalMs, meanMs, planMs, text } of await readSlowest(watcher)) {
        console.log(
          `${totalMs.toFixed(0).padStart(8)} ms ${String(calls).padStart(7)} calls ${meanMs.toFixed(2)} ms each, ${planMs.toFixed(0)} ms of planning  ${text}`,
        );
      }
    }
  } finally {
    isOver = true;
    for (const step of undo.reverse()) await Promise.resolve(step()).catch((error: unknown) => console.error(error));
    if (isPassed) await rm(dataDir, { recursive: true, force: true });
    else console.log(`Kept for a look: ${host.logPath} and the rest of ${dataDir}`);
  }
  return isPassed;
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "chaos-events" });
  await client.connect();
  return client;
}

/** Every change of a goal drives a workflow, and a lost run is soon driven again. */
async function map(client: pg.Client): Promise<void> {
  await client.query(`insert into workflow_mappings (tenant_id, trigger, workflow_id, instance_id, webhook_path, operations)
    values (null, 'goal.updated', 'chaos', 'main', 'webhook/chaos', '[]')`);
  await client.query("update workflow_mappings set timeout_ms = $1, max_attempts = $2", [RUN_TIMEOUT_MS, MOST_RUNS]);
}

runCommand(HELP, readOptions, run);
