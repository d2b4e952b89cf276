import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import "#shared/adapters/postgres/pool.ts"; // counts come as numbers
import { nowMs, startChild } from "../processes/child.ts";
import { runCommand } from "../processes/run-command.ts";
import type { Contender } from "./contender.ts";
import { openFloor } from "./floor.ts";
import type { CaseName } from "./load-cases.ts";
import type { Load, LoadApi } from "./load-process.ts";
import { openNginx } from "./nginx.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./pin.ts";
import { openPlain } from "./plain.ts";
import { openRainwire } from "./rainwire.ts";
import type { ReceiverApi } from "./receiver-process.ts";
import { type Figures, type Measured, printReport } from "./report.ts";

const CONNECTIONS = [64, 750];
const THINK_MS = 1000;
const THINK_P95_MS = 180;
const THINK_USERS = [500, 750, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 7500, 9000];
/** nginx and the floor know no writes that mean anything. */
const READS_ONLY: readonly CaseName[] = ["cached read"];

async function run(options: Options): Promise<boolean> {
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
    await pin(await postmasterOf(postgresDir), SERVER_CORE);
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
    pool.on("error", () => undefined);
    undo.push(() => pool.end());
    const receiver = startChild<ReceiverApi>(join(import.meta.dirname, "receiver-process.ts"));
    undo.push(() => receiver.end());
    await pin(receiver.pid, LOAD_CORE);
    const webhookUrl = `http://127.0.0.1:${await receiver.ask("open")}/webhooks`;
    const load = startChild<LoadApi>(join(import.meta.dirname, "load-process.ts"));
    undo.push(() => load.end());
    await pin(load.pid, LOAD_CORE);

    const measured: Measured[] = [];
    const measureOne = async (contender: Contender, cases: readonly CaseName[], hasThink: boolean) => {
      try {
        for (const pid of contender.pids) await pin(pid, SERVER_CORE);
        await load.ask("open", { port: contender.port, paths: contender.paths, headers: contender.headers });
        await load.ask("warm");
        measured.push(await measure(contender, cases, hasThink));
      } finally {
        await contender.close();
        await pool.query("checkpoint");
      }
    };
    const measure = async (contender: Contender, cases: readonly CaseName[], hasThink: boolean): Promise<Measured> => {
      const figures: Figures[] = [];
      for (const name of cases) {
        await load.ask("load", { name, connections: 64, seconds: Math.min(options.seconds, 5), thinkMs: 0 });
        await drained(contender);
        for (const connections of CONNECTIONS) {
          const figure = await load.ask("load", { name, connections, seconds: options.seconds, thinkMs: 0 });
          const drainMs = await drained(contender);
          figures.push({ name, connections, ...figure, drainSeconds: drainMs / 1000 });
          console.log(lineOf(contender.name, figures.at(-1)));
        }
      }
      const think = hasThink ? await mostUsers(contender) : undefined;
      return { contender: contender.name, figures, ...(think && { think }) };
    };

    /** The most users with a second of think time whose p95 stays under the promise. */
    async function mostUsers(contender: Contender) {
      let best: { users: number; p95Ms: number } | undefined;
      for (const users of THINK_USERS) {
        const figure = await load.ask("load", {
          name: "mixed load",
          connections: users,
          seconds: options.seconds,
          thinkMs: THINK_MS,
        });
        await drained(contender);
        console.log(
          `${contender.name}: ${users} users with ${THINK_MS} ms of think time: p95 ${figure.p95Ms.toFixed(1)} ms`,
        );
        if (figure.p95Ms >= THINK_P95_MS) break;
        best = { users, p95Ms: figure.p95Ms };
      }
      return best;
    }

    const sample = {
      id: "01900000-0000-7000-8000-000000000000",
      title: "Goal",
      description: "Step by step. ".repeat(12),
    };
    const body = {
      ...sample,
      milestones: [sample, sample, sample].map(({ id, title }) => ({ id, title, goalId: id })),
    };
    if (options.parts.has("floor")) await measureOne(await openFloor(body), READS_ONLY, false);
    if (options.parts.has("nginx")) {
      const upstream = await openFloor(body);
      const nginx = await openNginx(dataDir, upstream.port);
      if (nginx) await measureOne(nginx, READS_ONLY, false);
      else console.log("nginx is not installed: left out");
      await upstream.close();
    }
    if (options.parts.has("plain")) {
      const plain = await openPlain(postgres.url, webhookUrl, options.goalsPerUser);
      await measureOne(plain, options.cases, options.hasThink);
    }
    if (options.parts.has("rainwire")) {
      if (options.profileDir) await mkdir(options.profileDir, { recursive: true });
      const nodeOptions = options.profileDir ? `--cpu-prof --cpu-prof-dir=${options.profileDir}` : "";
      const { goalsPerUser } = options;
      const rainwire = await openRainwire({ dataDir, pool, webhookUrl, goalsPerUser, nodeOptions });
      await measureOne(rainwire, options.cases, options.hasThink);
    }
    return printReport(measured);
  } finally {
    await clean();
  }
}

const lineOf = (contender: string, figure: (Load & { name: string; connections: number }) | undefined): string =>
  figure
    ? `${contender}: ${figure.name}, ${figure.connections} connections: ${Math.round(figure.requests / figure.seconds)}/s, p50 ${figure.p50Ms.toFixed(1)}, p95 ${figure.p95Ms.toFixed(1)}, p99 ${figure.p99Ms.toFixed(1)} ms ${Object.keys(figure.failures).length > 0 ? JSON.stringify(figure.failures) : ""}`
    : "";

async function drained(contender: Contender): Promise<number> {
  const startedMs = nowMs();
  while ((await contender.unfinished()) > 0) await delay(20);
  return nowMs() - startedMs;
}

async function postmasterOf(postgresDir: string): Promise<number> {
  const file = await readFile(join(postgresDir, "cluster/postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}

runCommand(HELP, readOptions, run);
