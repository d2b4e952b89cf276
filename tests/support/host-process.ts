import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "#hosts/n8n/free-port.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const START_MS = 120_000;

export interface HostProcess {
  url: string;
  logPath: string;
  /** Undefined before its first start. */
  readonly pid: number | undefined;
  /** How the host ended without having been told to since its last start, if it did. */
  readonly unexpectedEnd: string | undefined;
  /** Ends the host with SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  start(): void;
  /** Resolves when it answers. */
  ready(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
}

/**
 * A real host as a process of its own, always on the same port and data.
 * @param entry what starts it: the host's own entry unless told
 */
export async function createHostProcess(
  dataDir: string,
  env: Record<string, string>,
  entry: string = join(ROOT, "hosts/node/main.ts"),
): Promise<HostProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logPath = join(dataDir, "host.log");
  const log = openSync(logPath, "a");
  let child: ChildProcess | undefined;
  let gone: Promise<unknown> = Promise.resolve();
  let isToldToEnd = false;
  let unexpectedEnd: string | undefined;

  const end = async (signal: NodeJS.Signals) => {
    isToldToEnd = true;
    child?.kill(signal);
    await gone;
  };
  return {
    url,
    logPath,
    get pid() {
      return child?.pid;
    },
    get unexpectedEnd() {
      return unexpectedEnd;
    },
    start() {
      isToldToEnd = false;
      unexpectedEnd = undefined;
      const started = spawn(process.execPath, [entry], {
        cwd: ROOT,
        stdio: ["ignore", log, log],
        env: { PATH: process.env.PATH, PORT: String(port), PUBLIC_URL: url, RAINWIRE_DATA_DIR: dataDir, ...env },
      });
      child = started;
      gone = new Promise((resolved) => started.once("exit", resolved));
      started.once("exit", (code, signal) => {
        if (!isToldToEnd) unexpectedEnd = `The host ended without this bench (${signal ?? `code ${code}`}).`;
      });
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async ready() {
      const deadlineMs = performance.now() + START_MS;
      while (performance.now() < deadlineMs) {
        if (unexpectedEnd !== undefined) throw new Error(`${unexpectedEnd} Its log is ${logPath}.`);
        const answer = await fetch(`${url}/openapi.json`).catch(() => undefined);
        if (answer?.ok) return;
        await delay(50);
      }
      throw new Error(`The host did not answer within ${START_MS / 1000} s; its log is ${logPath}.`);
    },
  };
}
