import type pg from "pg";

/** What is not yet done. */
export interface OpenWork {
  outbox: number;
  deliveries: number;
}

export async function readOpenWork(pool: pg.Pool): Promise<OpenWork> {
  const { rows } = await pool.query<OpenWork>(`select
    (select count(*) from outbox where queue = 'webhook-fan-out') as outbox,
    (select count(*) from endpoint_deliveries where status = 'queued') as deliveries`);
  const [work] = rows;
  if (!work) throw new Error("A count has one row.");
  return work;
}

export interface WrittenEvent {
  id: string;
  /** `goals/<id> <version>` */
  change: string;
}

/** The events that each endpoint has to get. */
export async function readEvents(pool: pg.Pool): Promise<WrittenEvent[]> {
  const { rows } = await pool.query<WrittenEvent>(
    "select id, subject || ' ' || subject_version as change from events where name = 'goal.updated'",
  );
  return rows;
}

/** How many deliveries ended how. */
export async function readOutcomes(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    "select status, count(*) from endpoint_deliveries group by 1 order by 1",
  );
  return rows.map(({ status, count }) => `${status} ${count}`).join(", ") || "none";
}
