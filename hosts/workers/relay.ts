import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { QueueProducer } from "./platform.ts";
import { RELAY_ID, type Ticket } from "./ticket.ts";

export interface RelayContext {
  readonly database: Database;
  /** By the queue's name in the manifest. */
  readonly producers: ReadonlyMap<string, QueueProducer>;
  readonly log: Logger;
}

/** A ticket that nobody has used after this long counts as lost, and the row is relayed anew. */
const TICKET_MS = 5 * 60_000;
/** What becomes due before the sweep after next gets its ticket now, with a delay: to the second, not to the minute. */
const FORESIGHT_S = 90;
/** Messages of a `sendBatch` (Cloudflare Queues, limits). */
const MOST_PER_BATCH = 100;
/** A full round means a backlog; an invocation relays this many rounds of it and leaves the rest to the next. */
const MOST_ROUNDS = 10;

interface Relayed {
  id: string;
  queue: string;
  delayS: number;
  /** When the row was due before it was marked. */
  dueAt: string;
}

/**
 * Sends a ticket for every committed row that is due to the row's Cloudflare Queue, and marks the row as sent. On an
 * ordered queue a row gets none while an earlier version of its subject is in the outbox (`rainwire_claim`).
 * @returns how many tickets were sent
 */
export async function relay(ctx: RelayContext): Promise<number> {
  let sent = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rows = await take(ctx, round % 2 === 1);
    for (const [queue, producer] of ctx.producers) {
      const own = rows.filter((row) => row.queue === queue);
      for (let i = 0; i < own.length; i += MOST_PER_BATCH) {
        sent += await send(ctx, producer, own.slice(i, i + MOST_PER_BATCH));
      }
    }
    if (rows.length < MOST_PER_BATCH) break;
  }
  return sent;
}

async function take({ database, producers }: RelayContext, isFair: boolean): Promise<Relayed[]> {
  const queues = [...producers.keys()];
  const each = <T extends number | string | boolean>(value: T): T[] => queues.map(() => value);
  const [, due, foreseen] = await database.batch([
    sql`update outbox o set attempts = o.attempts - 1, leased_by = null from (
        select id from outbox where queue = any(${queues}::text[]) and available_at <= now() and leased_by = ${RELAY_ID}::int
        for update skip locked) lost
      where o.id = lost.id`,
    sql<Relayed>`select id, queue, 0 as delay_s, was_available_at::text as due_at from rainwire_claim(${RELAY_ID}::int, ${queues}::text[],
        ${each(MOST_PER_BATCH)}::int[], ${each(TICKET_MS)}::int[], ${each("-infinity")}::timestamptz[],
        ${each(isFair)}::boolean[], ${each("")}::text[])
      where not is_blocked order by was_available_at`,
    sql<Relayed>`update outbox o set attempts = o.attempts + 1, leased_by = ${RELAY_ID}::int,
        available_at = o.available_at + ${TICKET_MS}::int * interval '1 millisecond'
      from (
        select id, ceil(extract(epoch from available_at - now()))::int as delay_s, available_at::text as due_at from outbox
        where queue = any(${queues}::text[]) and leased_by is null and subject is null
          and available_at > now() and available_at < now() + ${FORESIGHT_S}::int * interval '1 second'
        order by available_at limit ${MOST_PER_BATCH}::int for update skip locked) soon
      where o.id = soon.id returning o.id, o.queue, soon.delay_s, soon.due_at`,
  ]);
  return [...due, ...foreseen];
}

/**
 * A row whose ticket could not be sent is due again when it was, its attempt unspent. So its next ticket has the same
 * deduplication id, and one that was taken although the answer was lost is not sent twice; a retry or a lost ticket has another.
 */
async function send(
  { database, log }: RelayContext,
  producer: QueueProducer,
  rows: readonly Relayed[],
): Promise<number> {
  try {
    await producer.sendBatch(
      rows.map(({ id, delayS, dueAt }) => ({
        body: { outboxId: id } satisfies Ticket,
        deduplicationId: `${id}-${dueAt.replace(/\D/g, "")}`,
        ...(delayS > 0 && { delaySeconds: delayS }),
      })),
    );
    return rows.length;
  } catch (error) {
    log.warn("tickets could not be sent; the sweep sends them", { count: rows.length, error: String(error) });
    await database.query(sql`
      update outbox o set attempts = o.attempts - 1, leased_by = null, available_at = s.due_at
      from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ dueAt }) => dueAt)}::timestamptz[]) as s(id, due_at)
      where o.id = s.id and o.leased_by = ${RELAY_ID}::int`);
    return 0;
  }
}
