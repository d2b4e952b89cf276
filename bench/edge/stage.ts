import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { startWitness } from "../batching/witness.ts";
import { type Child, startChild } from "../processes/child.ts";
import type { Contender } from "./contender.ts";
import type { LoadApi } from "./load-process.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./pin.ts";
import type { ReceiverApi } from "./receiver-process.ts";

/** What all contenders meet: one PostgreSQL, one receiver of webhooks, one load generator. */
export interface Stage {
  readonly dataDir: string;
  readonly postgresUrl: string;
  readonly postgresVersion: string;
  readonly postmaster: number;
  readonly webhookUrl: string;
  readonly load: Child<LoadApi>;
  readonly goalsPerUser: number;
  /** Takes a contender in, who does nothing until its turn. */
  admit<C extends Contender>(contender: C): Promise<C>;
  /** Gives the servers' core to one contender, and the users to it. */
  turn<T>(contender: Contender, work: () => Promise<T>): Promise<T>;
}

/** Sets the stage, and clears it away whatever happens. */
export async function withStage<T>(goalsPerUser: number, work: (stage: Stage) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
  await chmod(dataDir, 0o711);
  const postgresDir = join(dataDir, "postgres");
  const undo: (() => Promise<unknown>)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
    () => stopEmbeddedPostgres(postgresDir),
  ];
  const undoAll = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => console.error(error));
  };
  let clearing: Promise<void> | undefined; // what is under way fails when it is interrupted, and must not end the process first
  const clear = () => {
    clearing ??= undoAll();
    return clearing;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => clear().then(() => process.exit(1)));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: postgresDir });
    const postmaster = await postmasterOf(postgresDir);
    await pin(postmaster, SERVER_CORE);
    const receiver = startChild<ReceiverApi>(join(import.meta.dirname, "receiver-process.ts"));
    undo.push(() => receiver.end());
    await pin(receiver.pid, LOAD_CORE);
    const load = startChild<LoadApi>(join(import.meta.dirname, "load-process.ts"));
    undo.push(() => load.end());
    await pin(load.pid, LOAD_CORE);
    return await work({
      dataDir,
      postgresUrl: postgres.url,
      postgresVersion: postgres.version,
      postmaster,
      webhookUrl: `http://127.0.0.1:${await receiver.ask("open")}/webhooks`,
      load,
      goalsPerUser,
      async admit(contender) {
        undo.push(async () => {
          signalAll(contender, "SIGCONT");
          await contender.close();
        });
        if (contender.pool) await startWitness(contender.pool);
        for (const pid of contender.pids) await pin(pid, SERVER_CORE);
        signalAll(contender, "SIGSTOP");
        return contender;
      },
      async turn(contender, measure) {
        signalAll(contender, "SIGCONT");
        try {
          await contender.pool?.query("checkpoint"); // so that none falls into what is measured
          const { name, port, paths } = contender;
          await load.ask("open", { name, port, paths, headers: await contender.signIn(), goalsPerUser });
          return await measure();
        } finally {
          signalAll(contender, "SIGSTOP");
        }
      },
    });
  } finally {
    await clear();
  }
}

/** One that has ended fails what is asked of it, which says more. */
function signalAll({ pids }: Contender, signal: "SIGCONT" | "SIGSTOP"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      console.error(`Process ${pid} has ended.`, error);
    }
  }
}

async function postmasterOf(postgresDir: string): Promise<number> {
  const file = await readFile(join(postgresDir, "cluster/postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}
