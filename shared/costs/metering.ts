import type { Database, RowsOf } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";
import { beginInvocation } from "./invocation.ts";
import { endInvocation, type UsageRecord } from "./usage-record.ts";

/** Function name under which the meter's own use stands. */
export const METERING = "metering";

export interface OwnUse {
  /** The database, its statements counted as the meter's own. */
  readonly db: Database;
  /** A record of what was used since the last one; undefined when nothing was. */
  take(): UsageRecord | undefined;
}

/** Counts what metering itself uses, so that it is a line among the others. */
export function countOwnUse(db: Database): OwnUse {
  let invocation = begin();
  const run = async <T>(statements: number, work: () => Promise<T>): Promise<T> => {
    const startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      invocation.counts.sqlStatements += statements;
      invocation.counts.sqlMs += performance.now() - startedAtMs;
    }
  };
  return {
    db: {
      query: (statement) => run(1, () => db.query(statement)),
      batch: <const Statements extends readonly Statement[]>(statements: Statements): Promise<RowsOf<Statements>> =>
        run(statements.length, () => db.batch(statements)),
    },
    take() {
      if (invocation.counts.sqlStatements === 0) return undefined;
      const record = endInvocation(invocation, "ok", invocation.startedAtMs + invocation.counts.sqlMs);
      invocation = begin();
      return record;
    },
  };
}

const begin = () => beginInvocation(METERING, "tick", childTrace(undefined), Date.now());
