import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { endGroup, signalGroup, waitForGroupEnd } from "./process-group.ts";
import { clearRunning, writeRunning } from "./running-file.ts";

const READY_WITHIN_MS = 180_000;
/** n8n itself waits up to 30 s for running executions. */
const STOP_WITHIN_MS = 35_000;

export interface N8nProcessOptions {
  binPath: string;
  dataDir: string;
  env: Record<string, string>;
  baseUrl: string;
}

export interface N8nProcess {
  readonly pid: number;
  /** Resolves when n8n has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts `n8n start` in a process group of its own and resolves when it is ready for requests. */
export async function spawnN8n({ binPath, dataDir, env, baseUrl }: N8nProcessOptions): Promise<N8nProcess> {
  // After a crash n8n sleeps 10 s against restart loops when it finds this file. Nothing here restarts it in a loop.
  rmSync(join(dataDir, ".n8n", "crash.journal"), { force: true });
  const logPath = join(dataDir, "n8n.log");
  const log = openSync(logPath, "a", 0o600);
  const child = spawn(process.execPath, [binPath, "start"], {
    cwd: dataDir,
    env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error("n8n was started but has no process id.");
  writeRunning(dataDir, { pid, ownerPid: process.pid, baseUrl });

  const onOwnExit = () => signalGroup(pid, "SIGTERM");
  process.once("exit", onOwnExit);
  let hasEnded = false;
  const ended = once(child, "exit").then(() => {
    hasEnded = true;
    process.off("exit", onOwnExit);
    clearRunning(dataDir);
  });

  const n8n: N8nProcess = {
    pid,
    ended,
    async stop() {
      await endGroup(pid, STOP_WITHIN_MS);
      await ended;
    },
    async kill() {
      signalGroup(pid, "SIGKILL");
      await ended;
      await waitForGroupEnd(pid, 5_000);
    },
  };

  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(baseUrl))) {
    if (hasEnded) throw new Error(`n8n ended while it was starting. The end of ${logPath}:\n${tailOf(logPath)}`);
    if (performance.now() > deadline) {
      await n8n.kill();
      throw new Error(
        `n8n was not ready after ${READY_WITHIN_MS / 1000} s. The end of ${logPath}:\n${tailOf(logPath)}`,
      );
    }
    await pause(100);
  }
  return n8n;
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/healthz/readiness`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function tailOf(path: string): string {
  return readFileSync(path, "utf8").slice(-2_000);
}
