import { readFile } from "node:fs/promises";
import { type CpuTimes, readCpuTimes } from "./cpu-time.ts";
import { descendantsOf } from "./descendants.ts";

/** What PostgreSQL's own processes are called in a list of processes; anything else of it serves a connection. */
const OWN_PROCESSES = /\b(checkpointer|walwriter|background writer|autovacuum \w+|io worker|logger)\b/;

/**
 * Begins to count; the answer tells the CPU milliseconds that each kind of process has used since. Of connections that
 * ended meanwhile nothing is known.
 * @param servers by process id, what each is called
 */
export async function watchCpu(
  servers: ReadonlyMap<number, string>,
  postmaster: number,
): Promise<() => Promise<CpuTimes>> {
  const look = async () => {
    const kinds = new Map([...servers, ...(await postgresProcesses(postmaster))]);
    return await readCpuTimes((pid) => kinds.get(pid));
  };
  const before = await look();
  return async () =>
    new Map([...(await look())].map(([kind, ms]) => [kind, Math.max(0, ms - (before.get(kind) ?? 0))]));
}

async function postgresProcesses(postmaster: number): Promise<[number, string][]> {
  const pids = await descendantsOf(postmaster);
  return await Promise.all(
    pids.map(async (pid): Promise<[number, string]> => {
      const title = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
      return [pid, `PostgreSQL: ${OWN_PROCESSES.exec(title)?.[1] ?? "connections"}`];
    }),
  );
}
