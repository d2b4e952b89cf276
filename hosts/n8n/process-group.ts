import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

export function isProcessAlive(pid: number): boolean {
  return canSignal(pid);
}

/** True while any process of the group lives. Zombies do not count: in a container nobody may ever reap them. */
export function isGroupAlive(groupId: number): boolean {
  if (!canSignal(-groupId)) return false;
  if (process.platform !== "linux") return true;
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && isLivingMember(entry, groupId));
}

/**
 * proc_pid_stat(5): after the command in parentheses come state, parent, process group and, as the 18th, the
 * number of threads. A zombie whose threads still end holds its ports.
 */
function isLivingMember(pid: string, groupId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isZombie = fields[0] === "Z" && Number(fields[17]) <= 1;
    return Number(fields[2]) === groupId && !isZombie;
  } catch {
    return false;
  }
}

export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/** Resolves true once no process of the group is left, false when `timeoutMs` passed first. */
export async function waitForGroupEnd(groupId: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isGroupAlive(groupId)) {
    if (performance.now() > deadline) return false;
    await pause(25);
  }
  return true;
}

/**
 * SIGTERM to the leader, which ends its own children, then SIGKILL to what is still there after `graceMs`.
 * Resolves when the group is gone.
 */
export async function endGroup(groupId: number, graceMs: number): Promise<void> {
  if (isProcessAlive(groupId)) process.kill(groupId, "SIGTERM");
  else signalGroup(groupId, "SIGTERM");
  if (await waitForGroupEnd(groupId, graceMs)) return;
  signalGroup(groupId, "SIGKILL");
  await waitForGroupEnd(groupId, 5_000);
}

function canSignal(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
