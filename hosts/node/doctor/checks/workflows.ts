import { sql } from "#shared/database/sql.ts";
import { listInstances } from "#shared/workflows/instances.ts";
import { type Check, type Finding, NEEDS_DATABASE, ok, warn } from "../check.ts";

/** Reconciliation looks every minute; what is overdue for longer was looked at and not mended. */
const OVERDUE_GRACE_SECONDS = 120;

interface Deliveries {
  destination: string;
  parked: number;
  queued: number;
  sending: number;
  stuck: number;
}

export const deliveries: Check = {
  name: "deliveries",
  needsDatabase: true,
  async run({ database }) {
    const rows =
      (await database?.query(sql<Deliveries>`
        select destination, count(*) filter (where is_parked) as parked,
          count(*) filter (where status = 'queued' and not is_parked) as queued,
          count(*) filter (where status = 'sending') as sending,
          count(*) filter (where status = 'sending' and lease_until < now() - interval '2 minutes') as stuck
        from deliveries where status in ('queued', 'sending') group by 1 order by 1`)) ?? [];
    if (rows.length === 0) return ok("none under way");
    return rows.map(({ destination, parked, queued, sending, stuck }) => {
      const says = `to ${destination}: ${parked} parked, ${queued} queued, ${sending} being sent`;
      return stuck > 0
        ? warn(
            `${says}, ${stuck} of them long past their lease`,
            "The task sweep-deliveries takes them up: see whether a host runs and leads.",
          )
        : ok(says);
    });
  },
};

export const executions: Check = {
  name: "executions",
  needsDatabase: true,
  async run({ database }) {
    const [found] =
      (await database?.query(sql<{ open: number; overdue: number; oldest: Date | null }>`
        select count(*) as open, count(*) filter (where is_overdue) as overdue,
          min(deadline_at) filter (where is_overdue) as oldest
        from (select deadline_at, status <> 'pending' and deadline_at < now() - ${OVERDUE_GRACE_SECONDS}::int * interval '1 second' as is_overdue
          from workflow_executions where status in ('pending', 'dispatched', 'running', 'waiting')) e`)) ?? [];
    if (!found) return NEEDS_DATABASE;
    if (found.overdue === 0) return ok(`${found.open} open, none overdue`);
    return warn(
      `${found.overdue} of ${found.open} are silent past their deadline, the oldest since ${found.oldest?.toISOString()}`,
      "The task reconcile-executions looks them up in n8n and drives them again: see whether a host leads and n8n answers.",
    );
  },
};

export const circuits: Check = {
  name: "circuits",
  needsDatabase: true,
  async run({ database }) {
    const instances = database ? await listInstances(database) : [];
    if (instances.length === 0) return warn("no n8n is registered", "`npm start` registers one; or set N8N_URL.");
    return instances.map(({ id, breakerState, breakerFailures, breakerRetryAt }): Finding => {
      if (breakerState === "closed")
        return ok(`${id}: closed${breakerFailures > 0 ? `, ${breakerFailures} failures in a row` : ""}`);
      const says = `${id}: ${breakerState.replace("_", "-")} after ${breakerFailures} failures; next probe ${breakerRetryAt?.toISOString() ?? "soon"}`;
      return warn(says, "It closes by itself when n8n answers again; executions wait and lose nothing.");
    });
  },
};
