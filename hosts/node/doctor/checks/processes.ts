import { sql } from "#shared/database/sql.ts";
import { PROCESS_LOCK_CLASS } from "../../queue/lease-session.ts";
import { LEADER_LOCK } from "../../schedule-tasks.ts";
import { type Check, type Finding, ok, warn } from "../check.ts";

const RECENT_HOURS = 24;

interface Processes {
  alive: number;
  crashed: number;
  hasLeader: boolean;
}

/** A living process holds an advisory lock on its id; the leader holds one of its own. */
const READ = sql<Processes>`
  with held as (select classid::bigint as class, objid::bigint as id, objsubid from pg_locks
    where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())),
  listed as (select p.stopped_at, p.started_at, exists (select from held where objsubid = 2 and class = ${PROCESS_LOCK_CLASS} and held.id = p.id) as is_alive
    from host_processes p)
  select count(*) filter (where is_alive) as alive,
    count(*) filter (where not is_alive and stopped_at is null and started_at > now() - ${RECENT_HOURS}::int * interval '1 hour') as crashed,
    exists (select from held where objsubid = 1 and (class << 32 | id) = ${LEADER_LOCK}) as has_leader
  from listed`;

export const processes: Check = {
  name: "host processes",
  needsDatabase: true,
  async run({ database }) {
    const [found] = (await database?.query(READ)) ?? [];
    const { alive, crashed, hasLeader } = found ?? { alive: 0, crashed: 0, hasLeader: false };
    const findings: Finding[] = [
      alive === 0 ? warn("none runs: nothing is served or worked off", "`npm start`.") : ok(`${alive} alive`),
    ];
    if (alive > 0 && !hasLeader)
      findings.push(
        warn("none leads, so no task runs", "A leader is found within seconds; look again, then see the host's log."),
      );
    if (alive > 0 && hasLeader) findings.push(ok("one leads and runs the tasks"));
    if (crashed > 0) {
      findings.push(
        warn(
          `${crashed} ended without a stop in the last ${RECENT_HOURS} hours`,
          "Their messages were taken over. See the host's log, and stop it with SIGTERM rather than SIGKILL.",
        ),
      );
    }
    return findings;
  },
};
