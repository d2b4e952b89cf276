import type { Queue } from "bullmq";
import type pg from "pg";
import { type Statement, sql } from "#shared/database/sql.ts";
import { BULLMQ_JOB, type BullmqJob } from "./bullmq-job.ts";

const MOST_AT_ONCE = 500;

/** Belongs in the transaction of the event's row. */
export const insertOutboxRow = (id: string, body: string): Statement =>
  sql`insert into bench_outbox (id, body) values (${id}, ${body})`;

/**
 * What makes the usual way lose nothing: rows that were committed with their events become jobs, and are deleted when
 * Redis has these. A crash in between adds them again, under the same job ids.
 */
export async function openRelay(pool: pg.Pool, queue: Queue<BullmqJob>): Promise<{ wake(): void }> {
  await pool.query("create table if not exists bench_outbox (id uuid primary key, body text not null)");
  const client = await pool.connect();
  let isRunning = false;
  let isWoken = false;

  async function relay(): Promise<number> {
    const { rows } = await client.query<BullmqJob>(
      `select id, body from bench_outbox order by id limit ${MOST_AT_ONCE}`,
    );
    if (rows.length === 0) return 0;
    await queue.addBulk(rows.map((data) => ({ name: BULLMQ_JOB, data, opts: { jobId: data.id } })));
    await client.query("delete from bench_outbox where id = any($1::uuid[])", [rows.map(({ id }) => id)]);
    return rows.length;
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (isWoken) {
      isWoken = false;
      while ((await relay()) > 0);
    }
    isRunning = false;
  }

  return {
    wake() {
      isWoken = true;
      if (!isRunning) run();
    },
  };
}
