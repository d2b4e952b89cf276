import type pg from "pg";

/** What is not yet done. */
export interface OpenWork {
  outbox: number;
  deliveries: number;
  executions: number;
}

export async function readOpenWork(client: pg.Client): Promise<OpenWork> {
  const { rows } = await client.query<OpenWork>(`select
    (select count(*) from outbox) as outbox,
    (select count(*) from deliveries where status in ('queued', 'sending')) as deliveries,
    (select count(*) from workflow_executions where status in ('pending', 'dispatched', 'running', 'waiting')) as executions`);
  const [work] = rows;
  if (!work) throw new Error("A count has one row.");
  return work;
}

/** Ids of the events that have to drive a workflow. */
export async function readDrivingEvents(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    "select id from events where name in ('goal.updated', 'action.requested')",
  );
  return rows.map(({ id }) => id);
}

export async function countBy(client: pg.Client, query: string): Promise<string> {
  const { rows } = await client.query<{ key: string; count: number }>(query);
  return rows.map(({ key, count }) => `${key} ${count}`).join(", ") || "none";
}

export interface Usage {
  processId: number;
  served: number;
  recorded: number;
}

/** Invocations that each host process said it served, and those it left records of. */
export async function readUsage(client: pg.Client): Promise<Usage[]> {
  const { rows } = await client.query<Usage>(`select p.id as "processId", p.served_count as served,
      coalesce((select sum(record_count) from usage_packs u where u.process_id = p.id), 0)::int as recorded
    from host_processes p order by p.started_at`);
  return rows;
}

export interface SlowStatement {
  calls: number;
  totalMs: number;
  meanMs: number;
  planMs: number;
  text: string;
}

export async function startProfile(client: pg.Client): Promise<void> {
  await client.query("create extension if not exists pg_stat_statements");
  await client.query("alter system set pg_stat_statements.track_planning = on");
  await client.query("select pg_reload_conf()");
}

export async function readSlowest(client: pg.Client): Promise<SlowStatement[]> {
  const { rows } = await client.query<SlowStatement>(`select calls, total_exec_time as "totalMs",
      mean_exec_time as "meanMs", total_plan_time as "planMs", left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as text
    from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
    order by total_exec_time + total_plan_time desc limit 15`);
  return rows;
}
