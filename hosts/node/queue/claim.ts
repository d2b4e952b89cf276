import type pg from "pg";
import type { Leased } from "#hosts/running/queue/message.ts";

export interface ClaimRequest {
  queue: string;
  /** Messages at most. */
  room: number;
  leaseMs: number;
  /** Nothing older is looked for, so that a claim does not walk over what was deleted since the last vacuum. */
  floor: Date | null;
  /** Takes in turns from every tenant that waits, instead of the oldest first. */
  isFair: boolean;
  /** The tenant whose turn was last; '' starts the round anew. */
  cursor: string;
}

export interface Claimed {
  messages: Leased[];
  /** Rows put off because an earlier version of their subject is unsettled. */
  blockedCount: number;
  /** The youngest due time among the rows taken. */
  newestDueAt: Date | null;
  /** The tenant whose turn was last. */
  lastTenant: string | null;
}

const CLAIM = `select id, queue, event_id, body, tenant_id, subject, subject_version, attempts, created_at,
  was_available_at, tenant_rank, is_blocked from rainwire_claim($1, $2, $3, $4, $5, $6, $7)`;

type Row = [
  id: string,
  queue: string,
  eventId: string | null,
  body: unknown,
  tenantId: string | null,
  subject: string | null,
  subjectVersion: number | null,
  attempts: number,
  createdAt: Date,
  wasAvailableAt: Date,
  tenantRank: number | null,
  isBlocked: boolean,
];

/** Leases what is due in every queue asked for, in one statement. Oldest first within a queue. */
export async function claim(
  client: pg.ClientBase,
  processId: number,
  requests: readonly ClaimRequest[],
): Promise<Map<string, Claimed>> {
  const { rows } = await client.query<Row>({
    name: "rainwire_claim",
    text: CLAIM,
    rowMode: "array",
    values: [
      processId,
      requests.map((request) => request.queue),
      requests.map((request) => request.room),
      requests.map((request) => request.leaseMs),
      requests.map((request) => request.floor?.toISOString() ?? "-infinity"),
      requests.map((request) => request.isFair),
      requests.map((request) => request.cursor),
    ],
  });
  const claimed = new Map<string, Claimed>();
  for (const { queue } of requests) {
    claimed.set(queue, { messages: [], blockedCount: 0, newestDueAt: null, lastTenant: null });
  }
  const lastRank = new Map<string, number>();
  for (const row of rows.sort((a, b) => a[9].getTime() - b[9].getTime() || (a[0] < b[0] ? -1 : 1))) {
    const [id, queue, eventId, body, tenantId, subject, subjectVersion, attempts, enqueuedAt, dueAt, rank, isBlocked] =
      row;
    const entry = claimed.get(queue);
    if (!entry) continue;
    if (!entry.newestDueAt || dueAt > entry.newestDueAt) entry.newestDueAt = dueAt;
    if (rank !== null && rank > (lastRank.get(queue) ?? 0)) {
      lastRank.set(queue, rank);
      entry.lastTenant = tenantId ?? "-";
    }
    if (isBlocked) entry.blockedCount++;
    else {
      const handed = eventId === null ? body : { eventId };
      entry.messages.push({ id, queue, body: handed, attempts, enqueuedAt, tenantId, subject, subjectVersion });
    }
  }
  return claimed;
}

const NEXT_DUE = `select extract(epoch from min(due.available_at) - now()) * 1000 from unnest($1::text[]) as q(queue)
  cross join lateral (select o.available_at from outbox o where o.queue = q.queue and o.available_at > now()
    and o.available_at < now() + $2 * interval '1 millisecond' order by o.available_at limit 1) due`;

/** Milliseconds until the next message becomes due, if one does within `horizonMs`. */
export async function nextDueInMs(client: pg.ClientBase, queues: string[], horizonMs: number): Promise<number | null> {
  const { rows } = await client.query<[string | null]>({
    name: "rainwire_next_due",
    text: NEXT_DUE,
    rowMode: "array",
    values: [queues, horizonMs],
  });
  const waitMs = rows[0]?.[0] ?? null;
  return waitMs === null ? null : Number(waitMs);
}
