import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const CHECKOUT = join(import.meta.dirname, "..", "..");
export const FIXTURE_APP = join(CHECKOUT, "tests/hosts/fixture-app");

/** A data directory that `remove` takes away. */
export function makeDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "rainwire-host-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface HostProcess {
  child: ChildProcess;
  /** Standard output and error so far. */
  readonly output: string;
  /** The address it listens at, once it says so; rejects with the output when it ends before. */
  listening: Promise<string>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** A Node program of the checkout in a process of its own, with this env and PATH only. */
export function startProcess(args: readonly string[], env: Record<string, string>): HostProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => code ?? signal ?? "");
  const listening = new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /listens at (\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    ended.then((code) => reject(new Error(`It ended with ${code}: ${output}`)));
  });
  listening.catch(() => undefined);
  return {
    child,
    ended,
    listening,
    get output() {
      return output;
    },
  };
}

/** `npm start`, on a port of its own. */
export const startMain = (env: Record<string, string>, args: readonly string[] = []): HostProcess =>
  startProcess(["hosts/node/main.ts", ...args], { PORT: "0", ...env });
