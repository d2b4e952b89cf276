import { randomUUID } from "node:crypto";
import type pg from "pg";
import { onTestFinished } from "vitest";
import { type QueueEngine, startQueueEngine } from "#hosts/node/queue/start-queue-engine.ts";
import type { LeasedMessage, QueueConsumer, QueueSettings, Settlement } from "#hosts/running/queue/message.ts";
import { outboxQueue } from "#hosts/running/queue/outbox-queue.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";
import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Queue } from "#shared/raindrop/queue.ts";
import { createTestDatabase } from "#tests/support/database.ts";

export const ONE_BY_ONE: QueueSettings = { batchSize: 1, maxWaitMs: 0, attempts: 3, concurrency: 1 };

export interface QueueBench {
  url: string;
  pool: pg.Pool;
  database: Database;
  signals: Signals;
  queue(name?: string, tenantId?: string): Queue;
  /** An engine that is stopped when the test ends. */
  start(consumer: Partial<QueueConsumer>): Promise<QueueEngine>;
  log: string[];
  /** An ordered event row, without its event. */
  insertOrdered(subject: string, version: number, queue?: string): Promise<string>;
  rows(): Promise<
    { id: string; attempts: number; leasedBy: number | null; lastError: string | null; isDue: boolean }[]
  >;
  deadLetters(): Promise<
    { reason: string; detail: string | null; attempts: number; body: unknown; tenantId: string | null }[]
  >;
}

/** A database of its own (or the one given), with everything an engine needs. */
export async function openQueueBench(givenUrl?: string): Promise<QueueBench> {
  const made = givenUrl === undefined ? await createTestDatabase() : undefined;
  const url = givenUrl ?? made?.url ?? "";
  const pool = createPool({ connectionString: url, applicationName: "test", max: 5 });
  const signals = await postgresSignals({ connectionString: url, applicationName: "test-signals" });
  const database = postgresDatabase(pool);
  const log: string[] = [];
  const note = (message: string, fields: object = {}) => {
    log.push(`${message} ${JSON.stringify(fields)}`);
  };
  const engines: QueueEngine[] = [];
  onTestFinished(async () => {
    await Promise.all(engines.map((engine) => engine.stop({ timeoutMs: 1000 })));
    await signals.close();
    await pool.end();
    await made?.drop();
  });
  return {
    url,
    pool,
    database,
    signals,
    log,
    queue: (name = "jobs", tenantId) => outboxQueue(database, signals, name, tenantId ?? null),
    async start({ queue = "jobs", settings = ONE_BY_ONE, handle = async () => new Map() }) {
      const engine = await startQueueEngine({
        pool,
        connectionString: url,
        signals,
        log: { info: note, warn: note, error: note },
        consumers: [{ queue, settings, handle }],
      });
      engines.push(engine);
      return engine;
    },
    async insertOrdered(subject, version, queue = "jobs") {
      const eventId = randomUUID();
      await pool.query(
        "insert into outbox (queue, event_id, tenant_id, subject, subject_version) values ($1, $2, 'acme', $3, $4)",
        [queue, eventId, subject, version],
      );
      signals.publish("outbox");
      return eventId;
    },
    async rows() {
      const { rows } = await pool.query(
        `select id, attempts, leased_by as "leasedBy", last_error as "lastError", available_at <= now() as "isDue" from outbox order by id`,
      );
      return rows;
    },
    async deadLetters() {
      const { rows } = await pool.query(
        `select reason, detail, attempts, body, tenant_id as "tenantId" from dead_letters order by id`,
      );
      return rows;
    },
  };
}

/** The same settlement for every message. */
export const all = (messages: LeasedMessage[], settlement: Settlement): Map<string, Settlement> =>
  new Map(messages.map(({ id }) => [id, settlement]));

/** A promise with its resolve outside. */
export function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
