import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";

export interface QueueDepth {
  queue: string;
  /** Could be handled now. */
  ready: number;
  /** Waits for its time: a delay, a retry, or an earlier version of its subject. */
  delayed: number;
  /** A process holds it. */
  leased: number;
  /** How long the message due for longest has been due, in ms; 0 when none is ready. */
  oldestReadyMs: number;
  /** Given up, neither replayed nor dismissed. */
  deadLetters: number;
}

/** Every queue that has a row or a dead letter. Reads the whole outbox: for the doctor, not for each request. */
export const queueDepths = (database: Database): Promise<QueueDepth[]> =>
  database.query(sql<QueueDepth>`
    with live as (
      select queue,
        count(*) filter (where available_at <= now()) as ready,
        count(*) filter (where available_at > now() and leased_by is null) as delayed,
        count(*) filter (where available_at > now() and leased_by is not null) as leased,
        coalesce(extract(epoch from now() - min(available_at) filter (where available_at <= now())) * 1000, 0)::float8 as oldest_ready_ms
      from outbox group by queue),
    dead as (select queue, count(*) as dead_letters from dead_letters where replayed_at is null group by queue)
    select queue, coalesce(ready, 0) as ready, coalesce(delayed, 0) as delayed, coalesce(leased, 0) as leased,
      coalesce(oldest_ready_ms, 0) as oldest_ready_ms, coalesce(dead_letters, 0) as dead_letters
    from live full join dead using (queue) order by queue`);
