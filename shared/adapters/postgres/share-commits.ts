import { DatabaseError } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";

/** A larger batch has its transaction to itself. */
const MOST_STATEMENTS_EACH = 20;
const MOST_STATEMENTS = 400;
/** While one group is being written the next is sent, so that neither side waits for the other. */
const GROUPS_AT_ONCE = 2;

type Rows = readonly unknown[][];

interface Waiting {
  readonly statements: readonly Statement[];
  resolve(rows: Rows): void;
  reject(error: unknown): void;
}

export interface SharedCommits {
  /** Whether a batch may share its transaction. */
  takes(statements: readonly Statement[]): boolean;
  /** The rows of each statement, once they are committed. */
  add(statements: readonly Statement[]): Promise<Rows>;
}

export interface SharedCommitsOptions {
  /** Runs statements in one transaction of their own. */
  alone(statements: readonly Statement[]): Promise<Rows>;
  /** The same, but gives up soon where it would have to wait for somebody's lock. */
  together(statements: readonly Statement[]): Promise<Rows>;
}

/**
 * Batches that come while others are being committed share the next transaction, one after the other in it, as if each
 * had been run when the one before was done. Alone a batch leaves at once. A group that fails was rolled back as a
 * whole; each of it is then run by itself, so that it fails, or waits for a lock, for itself alone.
 */
export function shareCommits({ alone, together }: SharedCommitsOptions): SharedCommits {
  const waiting: Waiting[] = [];
  let underWay = 0;

  async function writeAll(): Promise<void> {
    underWay += 1;
    await Promise.resolve(); // what is added in the same turn travels along
    while (waiting.length > 0) await write(takeGroup());
    underWay -= 1;
  }

  function takeGroup(): Waiting[] {
    let statements = 0;
    let end = 0;
    for (const one of waiting) {
      statements += one.statements.length;
      if (end > 0 && statements > MOST_STATEMENTS) break;
      end += 1;
    }
    return waiting.splice(0, end);
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    const [only] = group;
    if (only && group.length === 1) return await alone(only.statements).then(only.resolve, only.reject);
    try {
      const rows = await together(group.flatMap(({ statements }) => statements));
      let at = 0;
      for (const { statements, resolve } of group) {
        resolve(rows.slice(at, at + statements.length));
        at += statements.length;
      }
    } catch (error) {
      part(group, error);
    }
  }

  /** Of a group whose connection broke nobody knows whether it was committed, so it is not repeated. */
  function part(group: readonly Waiting[], error: unknown): void {
    const isRefused = error instanceof DatabaseError && error.failure.kind !== "unavailable";
    for (const { statements, resolve, reject } of group) {
      if (isRefused) alone(statements).then(resolve, reject);
      else reject(error);
    }
  }

  return {
    takes: (statements) => statements[0]?.opensShared === true && statements.length <= MOST_STATEMENTS_EACH,
    add: (statements) =>
      new Promise((resolve, reject) => {
        waiting.push({ statements, resolve, reject });
        if (underWay < GROUPS_AT_ONCE) writeAll();
      }),
  };
}
