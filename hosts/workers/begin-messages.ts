import type { Leased } from "#hosts/running/queue/message.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { RELAY_ID } from "./ticket.ts";

/** How long a silent invocation keeps a message; {@link renewMessages} is called thrice in that time. */
export const HANDLING_MS = 60_000;
/** Clocks of the database and of the queue may differ by so much. */
const SKEW_MS = 1_000;

interface BegunRow extends Omit<Leased, "body"> {
  eventId: string | null;
  body: unknown;
}

export interface Begun {
  readonly messages: readonly Leased[];
  /** Tickets that came before their turn: an earlier version of the subject is not settled yet. */
  readonly tooEarly: ReadonlySet<string>;
}

/**
 * Takes rows for one invocation. A row is taken by one of its tickets only: the others find it gone or held, and
 * mean nothing. The first try after the relay has its attempt counted already; a later ticket of a retried row counts
 * one more.
 * @param holder the invocation's own number, 1 or more
 */
export async function beginMessages(database: Database, holder: number, ids: readonly string[]): Promise<Begun> {
  const rows = await database.query(sql<BegunRow>`
    update outbox o set leased_by = ${holder}::int, available_at = now() + ${HANDLING_MS}::int * interval '1 millisecond',
      attempts = o.attempts + (o.leased_by is distinct from ${RELAY_ID}::int)::int
    where o.id = any(${ids}::uuid[])
      and (o.leased_by = ${RELAY_ID}::int or o.available_at <= now() + ${SKEW_MS}::int * interval '1 millisecond')
      and not exists (select from outbox e
        where e.queue = o.queue and e.subject = o.subject and e.subject_version < o.subject_version)
    returning o.id, o.queue, o.event_id, o.body, o.tenant_id, o.subject, o.subject_version, o.attempts,
      o.created_at as enqueued_at`);
  const messages = rows.map(({ eventId, body, ...row }) => ({ ...row, body: eventId === null ? body : { eventId } }));
  if (messages.length === ids.length) return { messages, tooEarly: new Set() };
  const waiting = await database.query(sql<{ id: string }>`
    select id from outbox where id = any(${ids}::uuid[]) and leased_by = ${RELAY_ID}::int`);
  return { messages, tooEarly: new Set(waiting.map(({ id }) => id)) };
}

/** Keeps what an invocation still handles. */
export async function renewMessages(database: Database, holder: number, ids: readonly string[]): Promise<void> {
  await database.query(sql`
    update outbox set available_at = now() + ${HANDLING_MS}::int * interval '1 millisecond'
    where id = any(${ids}::uuid[]) and leased_by = ${holder}::int`);
}
