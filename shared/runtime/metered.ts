import type { Invocation } from "#shared/costs/invocation.ts";
import type { Database, RowsOf } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { LogFields, Logger, LogLevel } from "#shared/kernel/logger.ts";
import type { Publisher } from "#shared/webhooks/publisher.ts";
import type { Sender } from "#shared/webhooks/sender.ts";

export const OUTBOX_TOPIC = "outbox";

/** Counts statements and their time on the invocation, and wakes the relay after a commit that wrote to the outbox. */
export function meteredDatabase(database: Database, signals: Signals, { counts }: Invocation): Database {
  const run = async <T>(statements: readonly Statement[], work: () => Promise<T>): Promise<T> => {
    const startedAtMs = performance.now();
    counts.sqlStatements += statements.length;
    try {
      const result = await work();
      if (statements.some((statement) => statement.isEmitting)) signals.publish(OUTBOX_TOPIC);
      return result;
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
});

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Counts log lines of at least `lowest`, and their bytes without what is common to all, on the invocation. */
export function meteredLogger(log: Logger, lowest: LogLevel, invocation: Invocation): Logger {
  const { counts } = invocation;
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(lowest)) {
      counts.logEvents += 1;
      counts.logBytes += JSON.stringify({ message, ...fields }).length;
    }
    log[level](message, fields);
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => meteredLogger(log.with(fields), lowest, invocation),
  };
}
