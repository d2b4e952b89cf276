import { readdir, readFile } from "node:fs/promises";

/** Of Linux's /proc, in which times count in hundredths of a second. */
const TICK_MS = 10;

/** CPU milliseconds of a group's processes so far, those that ended and were waited for left out; empty where there is no /proc. */
export type CpuTimes = Map<string, number>;

/** @param groupOf names the group of a process, or undefined for one that does not count */
export async function readCpuTimes(groupOf: (pid: number) => string | undefined): Promise<CpuTimes> {
  const times: CpuTimes = new Map();
  const pids = (await readdir("/proc").catch(() => [])).map(Number).filter((pid) => pid > 0);
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
    // proc(5): the command, in parentheses, may hold spaces; after it, fields 14 and 15 are the ticks.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (!fields) continue;
    const group = groupOf(pid);
    if (group === undefined) continue;
    times.set(group, (times.get(group) ?? 0) + (Number(fields[11]) + Number(fields[12])) * TICK_MS);
  }
  return times;
}
