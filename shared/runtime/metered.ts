import type { Caches } from "#shared/caching/caches.ts";
import type { Invocation } from "#shared/costs/invocation.ts";
import { type Database, DatabaseError, type RowsOf } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { LogFields, Logger, LogLevel } from "#shared/kernel/logger.ts";
import type { Publisher } from "#shared/webhooks/publisher.ts";
import type { Sender } from "#shared/webhooks/sender.ts";

export const OUTBOX_TOPIC = "outbox";

/**
 * Counts statements and their time on the invocation, and wakes the relay after a commit that wrote to the outbox. What
 * a commit touched is gone from all caches before it is answered.
 */
export function meteredDatabase(
  database: Database,
  signals: Signals,
  caches: Pick<Caches, "touched">,
  { counts }: Invocation,
): Database {
  const afterTouching = (statements: readonly Statement[]): Promise<void> | undefined => {
    const tags = statements.flatMap(({ touches = [] }) => touches);
    return tags.length > 0 ? caches.touched([...new Set(tags)]) : undefined;
  };
  const run = async <T>(statements: readonly Statement[], work: () => Promise<T>): Promise<T> => {
    const startedAtMs = performance.now();
    counts.sqlStatements += statements.length;
    try {
      const result = await work();
      if (statements.some((statement) => statement.isEmitting)) signals.publish(OUTBOX_TOPIC);
      await afterTouching(statements);
      return result;
    } catch (error) {
      // It may have been committed all the same.
      if (error instanceof DatabaseError && error.failure.kind === "unavailable") await afterTouching(statements);
      throw error;
    } finally {
      counts.sqlMs += performance.now() - startedAtMs;
    }
  };
  return {
    query: (statement) => run([statement], () => database.query(statement)),
    batch: <const Statements extends readonly Statement[]>(statements: Statements): Promise<RowsOf<Statements>> =>
      run(statements, () => database.batch(statements)),
  };
}

/** Counts outgoing calls on the invocation. */
export const meteredSender = (sender: Sender, { counts }: Invocation): Sender => ({
  send: (request) => {
    counts.outgoingCalls += 1;
    return sender.send(request);
  },
});

/** Counts messages handed to QStash on the invocation. */
export const meteredPublisher = (publisher: Publisher, { counts }: Invocation): Publisher => ({
  publish: (publication) => {
    counts.publishedMessages += 1;
    return publisher.publish(publication);
  },
  publishAll: (publications) => {
    counts.publishedMessages += publications.length;
    return publisher.publishAll(publications);
  },
});

/** Counts what is logged on the invocation. */
export function meteredLog(log: Logger, invocation: Invocation): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    const length = log[level](message, fields);
    if (length > 0) invocation.counts.logEvents += 1;
    invocation.counts.logBytes += length;
    return length;
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => meteredLog(log.with(fields), invocation),
    isEnabled: (level) => log.isEnabled(level),
  };
}
