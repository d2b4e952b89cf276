import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";

/** The server that a cluster's postmaster.pid tells of. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/**
 * The live server of `cluster`, or undefined when there is none. A postmaster.pid left by a crash names a process that is gone, or, after
 * a reboot, quite another one: on Linux a process counts only when it is a postgres working in this very directory.
 */
export async function runningServer(cluster: string): Promise<RunningServer | undefined> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // PostgreSQL's miscadmin.h: line 1 is the process id, line 4 the port (absent in the first moments).
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isServerOf(cluster, pid))) return undefined;
  return { pid, port: Number(lines[3] ?? 0) };
}

/** Process ids of PostgreSQL processes that work in `cluster`; always empty where there is no /proc. */
export async function processesOf(cluster: string): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const own = await Promise.all(pids.map(async (pid) => ((await isPostgresIn(cluster, pid)) ? [pid] : [])));
  return own.flat();
}

async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if (process.platform === "linux") return isPostgresIn(cluster, pid);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function isPostgresIn(cluster: string, pid: number): Promise<boolean> {
  try {
    const [directory, executable, real] = await Promise.all([
      readlink(`/proc/${pid}/cwd`),
      readlink(`/proc/${pid}/exe`),
      realpath(cluster),
    ]);
    return directory === real && basename(executable).startsWith("postgres");
  } catch {
    return false;
  }
}
