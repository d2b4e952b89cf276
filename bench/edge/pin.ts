import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Load on one core, whatever serves on the other, for every contender alike. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Keeps a process, its threads and its children on a core. */
export async function pin(pid: number, core: number): Promise<void> {
  for (const one of [pid, ...(await descendantsOf(pid))])
    await promisify(execFile)("taskset", ["-apc", String(core), String(one)]).catch(() => undefined); // it may have ended
}

async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent !== undefined && parent > 1 && (parent === pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}
