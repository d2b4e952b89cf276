import type pg from "pg";
import { PROCESS_LOCK_CLASS } from "./lease-session.ts";

const CRASHED = `select p.id from host_processes p where p.stopped_at is null and p.id <> $1 and p.id <> all ($3::int[])
  and not exists (select from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid::bigint = $2 and l.objid::bigint = p.id)`;

/**
 * Gives back the messages of processes that ended without saying so: their advisory lock is gone. Their attempts stay
 * spent, for a message may be what ended them. A process is dealt with once; its id does not come again.
 * @param alreadyReleased grows by the processes found now
 * @returns how many messages were given back
 */
export async function releaseCrashed(
  client: pg.ClientBase,
  processId: number,
  alreadyReleased: Set<number>,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>({
    name: "rainwire_crashed",
    text: CRASHED,
    values: [processId, PROCESS_LOCK_CLASS, [...alreadyReleased]],
  });
  if (rows.length === 0) return 0;
  const crashed = rows.map((row) => row.id);
  const { rowCount } = await client.query(
    "update outbox set available_at = now(), leased_by = null where leased_by = any ($1::int[])",
    [crashed],
  );
  for (const id of crashed) alreadyReleased.add(id);
  return rowCount ?? 0;
}
