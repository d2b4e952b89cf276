import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresBinaries } from "./binaries.ts";
import { runBinary } from "./run-binary.ts";
import { processesOf, type RunningServer, runningServer } from "./server-processes.ts";
import { writeSettings } from "./settings.ts";
import type { SystemUser } from "./unprivileged-user.ts";

const START_SECONDS = 600; // crash recovery replays up to max_wal_size first
const ORPHANS_MS = 10_000;

export interface StartOptions {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly user: SystemUser | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly fixedPort: number | undefined; // taken: an error
  readonly lastPort: number | undefined; // taken: another one is chosen
}

/** Starts the server of a cluster that has none, detached from this process, and waits until it accepts connections. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { cluster } = options;
  await waitForOrphans(cluster);
  // PostgreSQL itself would trust a dead entry whose number another process, or a zombie, bears by now.
  if ((await runningServer(cluster)) === undefined) await rm(join(cluster, "postmaster.pid"), { force: true });

  let port = options.fixedPort ?? (await freePort(options.lastPort));
  for (let attempt = 0; ; attempt += 1) {
    const failure = await tryStart(options, port);
    // A pg_ctl of a killed process may have been quicker: then that server is ours as well.
    if (failure === undefined || (await runningServer(cluster)) !== undefined) break;
    const isTaken = /could not create any TCP\/IP sockets|Address already in use/i.test(failure);
    if (!isTaken || options.fixedPort !== undefined || attempt >= 3) {
      const hint = isTaken ? `Port ${port} on 127.0.0.1 is taken: choose another one.` : `Its log is in ${cluster}.`;
      throw new Error(`PostgreSQL did not start in ${cluster}. ${hint}\n${failure}`);
    }
    port = await freePort(undefined);
  }
  const running = await runningServer(cluster);
  if (running === undefined) throw new Error(`PostgreSQL ended right after its start; its log is in ${cluster}.`);
  return running;
}

async function tryStart(options: StartOptions, port: number): Promise<string | undefined> {
  const { cluster, binaries, user, settings } = options;
  await writeSettings(cluster, binaries, user, { ...settings, port: String(port) });
  const startedAt = Date.now();
  const { code, output } = await runBinary(
    binaries.pgCtl,
    ["start", "-w", "-s", "-t", String(START_SECONDS), "-D", cluster, "-l", join(cluster, "server.log")],
    { user, cwd: cluster },
  );
  return code === 0 ? undefined : `${output}\n${await logTail(cluster, startedAt)}`;
}

/** Stops the server: `fast` rolls back open transactions and closes cleanly, `immediate` does as a crash would. */
export async function stopServer(
  cluster: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  mode: "fast" | "immediate",
): Promise<void> {
  const args = ["stop", "-w", "-s", "-t", "120", "-m", mode, "-D", cluster];
  const { code, output } = await runBinary(binaries.pgCtl, args, { user, cwd: cluster });
  if (code !== 0 && (await runningServer(cluster)) !== undefined) {
    throw new Error(`PostgreSQL in ${cluster} did not stop: ${output}`);
  }
}

/** After a kill -9 of the postmaster its children may still write: a second server beside them would damage the data. */
async function waitForOrphans(cluster: string): Promise<void> {
  const deadline = Date.now() + ORPHANS_MS;
  for (;;) {
    const orphans = await processesOf(cluster);
    if (orphans.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Processes of a crashed PostgreSQL still work in ${cluster}: ${orphans.join(", ")}. End them (kill ${orphans.join(" ")}), then start again.`,
      );
    }
    await delay(50);
  }
}

/** `preferred` when it can be had, else any free port of 127.0.0.1. */
async function freePort(preferred: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", (error) => {
      if (preferred === undefined) reject(error);
      else freePort(undefined).then(resolve, reject);
    });
    server.listen(preferred ?? 0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function logTail(cluster: string, sinceMs: number): Promise<string> {
  const daily = await readdir(join(cluster, "log")).catch(() => []);
  const paths = ["server.log", ...daily.map((name) => join("log", name))].map((name) => join(cluster, name));
  const tails = await Promise.all(
    paths.map(async (path) => {
      const changed = await stat(path).catch(() => undefined);
      if (changed === undefined || changed.mtimeMs < sinceMs - 1000) return "";
      return (await readFile(path, "utf8")).trimEnd().split("\n").slice(-15).join("\n");
    }),
  );
  return tails.filter((tail) => tail !== "").join("\n");
}
