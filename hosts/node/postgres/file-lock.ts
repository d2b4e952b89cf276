import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

const SQLITE_BUSY = 5;

/**
 * Runs `work` while no other process (or caller in this one) holds the lock at `path`. The lock is SQLite's exclusive lock, which is
 * the system's own file lock: it goes with its process, so neither a crash nor a reused process id leaves a stale one. Throws after `waitMs`.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, waitMs = 120_000): Promise<T> {
  const deadline = Date.now() + waitMs;
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    while (!tryLock(database)) {
      if (Date.now() > deadline) {
        throw new Error(
          `Another process has held the lock ${path} for ${waitMs / 1000} s: it is starting or stopping PostgreSQL.`,
        );
      }
      await delay(20);
    }
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
