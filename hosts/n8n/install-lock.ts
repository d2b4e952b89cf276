import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isProcessAlive } from "./process-group.ts";

/**
 * Runs `work` while this process alone holds `lockPath`; waits while another living process holds it.
 * A lock whose owner is gone is taken over. Two takers in the same instant are harmless: the install
 * ends in an atomic rename, and the loser drops its copy.
 */
export async function withInstallLock<T>(
  lockPath: string,
  onWait: (ownerPid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(lockPath), { recursive: true });
  while (!take(lockPath)) {
    const ownerPid = readOwner(lockPath);
    if (ownerPid === undefined || !isProcessAlive(ownerPid)) {
      rmSync(lockPath, { force: true });
      continue;
    }
    onWait(ownerPid);
    await pause(1000);
  }
  try {
    return await work();
  } finally {
    if (readOwner(lockPath) === process.pid) rmSync(lockPath, { force: true });
  }
}

function take(lockPath: string): boolean {
  try {
    writeFileSync(lockPath, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(lockPath: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lockPath, "utf8"), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
