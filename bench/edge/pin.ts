import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { descendantsOf } from "../processes/descendants.ts";

/** Load on one core, whatever serves on the other, for every contender alike. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Keeps a process, its threads and its children on a core. */
export async function pin(pid: number, core: number): Promise<void> {
  for (const one of [pid, ...(await descendantsOf(pid))])
    await promisify(execFile)("taskset", ["-apc", String(core), String(one)]).catch(() => undefined); // it may have ended
}
