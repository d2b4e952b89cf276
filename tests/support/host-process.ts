import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
const START_MS = 120_000;

export interface HostProcess {
  url: string;
  logPath: string;
  /** How the host ended without having been told to, if it did. */
  readonly unexpectedEnd: string | undefined;
  /** Ends the host with SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  start(): void;
  /** Resolves when it answers. */
  ready(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
}

/** A real host as a process of its own, always on the same port and data. */
export async function createHostProcess(dataDir: string, env: Record<string, string>): Promise<HostProcess> {
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
    get unexpectedEnd() {
      return unexpectedEnd;
    },
    start() {
      isToldToEnd = false;
      const started = spawn(process.execPath, [join(ROOT, "hosts/node/main.ts")], {
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

async function freePort(): Promise<number> {
  return await new Promise((resolved, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolved(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
