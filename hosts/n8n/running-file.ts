import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readIfPresent, writePrivateFile } from "./private-file.ts";
import { isProcessAlive } from "./process-group.ts";

/** Which processes run n8n on a data directory; two on one SQLite file would spoil it. */
const Running = z.object({ pid: z.number(), ownerPid: z.number(), baseUrl: z.string() });
export type Running = z.infer<typeof Running>;

const runningFile = (dataDir: string) => join(dataDir, "n8n-running.json");

export function writeRunning(dataDir: string, running: Running): void {
  writePrivateFile(runningFile(dataDir), JSON.stringify(running));
}

export function clearRunning(dataDir: string): void {
  rmSync(runningFile(dataDir), { force: true });
}

/** The n8n that lives on `dataDir` now, whoever started it; undefined when the file is stale. */
export function findRunning(dataDir: string): Running | undefined {
  const text = readIfPresent(runningFile(dataDir));
  if (text === undefined) return undefined;
  const running = Running.parse(JSON.parse(text));
  return isProcessAlive(running.pid) && isN8n(running.pid) ? running : undefined;
}

/** Guards against a process id that the system has since given to another program. */
function isN8n(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("n8n/bin/n8n");
  } catch {
    return process.platform !== "linux";
  }
}
