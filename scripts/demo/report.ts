import { usageByFunction } from "#shared/costs/read-usage.ts";
import { query } from "./acts.ts";
import { table } from "./say.ts";
import type { Stage } from "./stage.ts";

const EXECUTIONS = `
  select x.workflow_id as workflow, x.trigger, x.status, count(*)::int as runs, sum(x.attempt)::int as attempts,
    sum((select count(*) from delivery_attempts a where a.delivery_id = d.id))::int as deliveries,
    round(avg(extract(epoch from x.completed_at - x.created_at) * 1000))::int as "mean ms"
  from workflow_executions x left join deliveries d on d.execution_id = x.id
  group by 1, 2, 3 order by 1, 2, 3`;

const DELIVERIES = `
  select outcome, coalesce(http_status::text, '') as http, coalesce(error, '') as error, count(*)::int as requests
  from delivery_attempts group by 1, 2, 3 order by 1, 2`;

/** What the demo left behind, from the database's own records. */
export async function report(stage: Stage, since: Date): Promise<void> {
  table("Executions", (await query(stage, EXECUTIONS)).rows);
  table("Delivery attempts", (await query(stage, DELIVERIES)).rows);
  const usage = await usageByFunction(stage.host.instance.database, since);
  table(
    "Usage by function (CPU is estimated: one process serves all)",
    usage.map((each) => ({
      function: each.function,
      invocations: each.invocations,
      "wall ms": Math.round(each.wallMs),
      "CPU ms": each.cpuMs === null ? "not measured" : Math.round(each.cpuMs),
      SQL: each.sqlStatements,
      messages: each.queueMessages,
      "calls out": each.outgoingCalls,
    })),
  );
}
