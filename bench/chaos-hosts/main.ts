import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { isFailure } from "#shared/kernel/errors.ts";
import { createEndpoint } from "#shared/webhooks/endpoints.ts";
import { createHostProcess } from "#tests/support/host-process.ts";
import { createDice } from "../chaos-events/dice.ts";
import { type Effects, openEffects } from "../chaos-events/effects.ts";
import { readFirstAccount } from "../processes/first-account.ts";
import { createRedisProcess } from "../processes/redis-process.ts";
import { runCommand } from "../processes/run-command.ts";
import { createDisturber, type Victim } from "./disturb.ts";
import { type Kept, keepUp } from "./keep-up.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { type OpenWork, readEvents, readOpenWork, readOutcomes } from "./read-state.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { printReport } from "./report.ts";
import { type Written, writeChanges } from "./write-changes.ts";

const RAINWIRE_SECRET = "chaos-hosts-secret-of-both-hosts-1";
const PROGRESS_MS = 5_000;
const LOOK_MS = 200;

async function run(options: Options): Promise<boolean> {
  const { events, kills, seed } = options;
  console.log(`${events} events, ${kills} disturbances, seed ${seed}`);
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-chaos-"));
  await chmod(dataDir, 0o711);
  const postgresDir = join(dataDir, "postgres");
  const undo: (() => unknown)[] = [];
  let isPassed = false;
  let isOver = false;
  const clean = async () => {
    isOver = true;
    for (const step of undo.splice(0).reverse()) {
      await Promise.resolve(step()).catch((error: unknown) => console.error(error));
    }
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => clean().then(() => process.exit(1)));
  try {
    undo.push(() => stopEmbeddedPostgres(postgresDir));
    const postgres = await startEmbeddedPostgres({ dataDir: postgresDir });
    const redis = await createRedisProcess(dataDir, ["--save", ""]);
    undo.push(() => redis.kill());
    await redis.start();
    const receiver = await startReceiver(createDice(seed));
    undo.push(() => receiver.close());
    const pool = new pg.Pool({ connectionString: postgres.url, max: 8, connectionTimeoutMillis: 5_000 });
    pool.on("error", () => undefined);
    undo.push(() => pool.end());

    const hosts: Kept[] = [];
    for (const name of ["A", "B"]) {
      const folder = join(dataDir, `host-${name}`);
      await mkdir(folder);
      const host = await createHostProcess(folder, {
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        RAINWIRE_SECRET,
        ALLOWED_HOSTS: "127.0.0.1",
        N8N_URL: receiver.url,
        LOG_LEVEL: "warn",
      });
      const kept = keepUp(`host ${name}`, host);
      undo.push(() => kept.stop());
      await host.ready();
      hosts.push(kept);
    }
    const account = await readFirstAccount(join(dataDir, "host-A"));
    const effects = {
      ordered: openEffects(join(dataDir, "ordered.sqlite")),
      unordered: openEffects(join(dataDir, "unordered.sqlite")),
    };
    undo.push(
      () => effects.ordered.close(),
      () => effects.unordered.close(),
    );
    await subscribe(pool, account.tenantId, receiver, effects);

    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1000;
    const effectCount = () => Math.min(effects.ordered.count(), effects.unordered.count());
    const disturber = createDisturber({
      victims: [
        ...hosts.flatMap(victimsOf),
        { name: "kill -9 of Redis", weight: 3, disturb: oneAtATime((downMs) => restartRedis(redis, downMs)) },
        {
          name: "crash of PostgreSQL",
          weight: 3,
          disturb: oneAtATime((downMs) => restartPostgres(postgresDir, downMs)),
        },
      ],
      kills,
      events,
      dice: createDice(seed + 1),
      effectCount,
      isOver: () => isOver,
    });
    receiver.onArrival = (atMs) => disturber.noteArrival(atMs);
    const written: Written = { bySql: 0, byApi: 0, repeats: 0, acknowledged: new Set(), isDone: false };
    let failure: unknown;
    const note = (error: unknown) => {
      failure ??= error;
    };
    const writing = writeChanges(
      {
        pool,
        hostUrls: hosts.map(({ url }) => url),
        ...account,
        events,
        dice: createDice(seed + 2),
        effectCount,
        isOver: () => isOver,
      },
      written,
    ).catch(note);
    let isDisturbing = true;
    const disturbing = disturber
      .run()
      .catch(note)
      .finally(() => {
        isDisturbing = false;
      });

    let work: OpenWork = { outbox: 0, deliveries: 0 };
    let toldMs = 0;
    while (failure === undefined && seconds() * 1000 < options.deadlineMs) {
      const found = await readOpenWork(pool).catch(() => undefined); // PostgreSQL may be away
      work = found ?? work;
      if (found && written.isDone && !isDisturbing && work.outbox + work.deliveries === 0) break;
      if (performance.now() - toldMs > PROGRESS_MS) {
        toldMs = performance.now();
        console.log(
          `${seconds().toFixed(0).padStart(4)} s  written ${written.bySql + written.byApi}  effects ${effects.ordered.count()} + ${effects.unordered.count()}  disturbances ${disturber.total}  open: outbox ${work.outbox}, deliveries ${work.deliveries}`,
        );
      }
      await delay(LOOK_MS);
    }
    isOver = true;
    await Promise.all([disturbing, writing]);
    if (failure !== undefined) throw failure;
    isPassed = printReport({
      options,
      written,
      events: await readEvents(pool),
      effects,
      work,
      outcomes: await readOutcomes(pool),
      tally: receiver.tally,
      disturber,
      hosts,
      seconds: seconds(),
    });
  } finally {
    await clean();
    if (isPassed) await rm(dataDir, { recursive: true, force: true });
    else console.log(`Kept for a look: host-*/host.log and the rest of ${dataDir}`);
  }
  return isPassed;
}

/** One endpoint that keeps order and one that does not, both for every change of a goal. */
async function subscribe(
  pool: pg.Pool,
  tenantId: string,
  receiver: Receiver,
  effects: { ordered: Effects; unordered: Effects },
): Promise<void> {
  const ctx = { db: postgresDatabase(pool), secret: RAINWIRE_SECRET, allowedHosts: ["127.0.0.1"] };
  for (const name of ["ordered", "unordered"] as const) {
    const made = await createEndpoint(ctx, tenantId, {
      url: `${receiver.url}/${name}`,
      eventTypes: ["goal.updated"],
      description: "",
      isOrdered: name === "ordered",
    });
    if (isFailure(made)) throw new Error(`An endpoint was refused: ${made.detail}`);
    receiver.add(`/${name}`, effects[name], made.secret);
  }
}

function victimsOf(host: Kept): Victim[] {
  let last: Promise<void> = Promise.resolve();
  const after = (signal: "SIGKILL" | "SIGTERM") => (downMs: number) => {
    last = last.then(() => host.restart(signal, downMs));
    return last;
  };
  return [
    { name: `kill -9 of ${host.name}`, weight: 3, disturb: after("SIGKILL") },
    { name: `restart of ${host.name}`, weight: 1, disturb: after("SIGTERM") },
  ];
}

/** So that what is away is not sent away again before it is back. */
function oneAtATime(disturb: Victim["disturb"]): Victim["disturb"] {
  let last: Promise<void> = Promise.resolve();
  return (downMs) => {
    last = last.then(() => disturb(downMs));
    return last;
  };
}

async function restartRedis(redis: { kill(): Promise<void>; start(): Promise<void> }, downMs: number): Promise<void> {
  await redis.kill();
  await delay(downMs);
  await redis.start();
}

async function restartPostgres(dataDir: string, downMs: number): Promise<void> {
  await stopEmbeddedPostgres(dataDir);
  await delay(downMs);
  await startEmbeddedPostgres({ dataDir });
}

runCommand(HELP, readOptions, run);
