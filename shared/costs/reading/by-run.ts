import { join } from "#shared/database/identifier.ts";
import type { Page } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";
import { listDays, periodOf } from "../ledger/month.ts";
import { partsOfWeight, weightSql } from "../ledger/row-weight.ts";
import type { CostFilter, CostPageInput, CostReader, CostRow, CostSort } from "../read-costs.ts";
import { offsetOf, toOffsetPage } from "./offset-page.ts";
import { tenantOf } from "./where-costs.ts";

interface RunRow {
  executionId: string;
  tenantId: string | null;
  workflowId: string | null;
  day: string;
  invocations: number;
  listCost: string;
}

/**
 * Runs of workflows whose first day lies in the filter, the highest list cost first unless told. Their effective cost
 * is rounded to 1e-12 USD here; `costOfRun` has it exactly. Filters by function, provider, account and meter do not
 * apply to runs.
 */
export async function costsByRun(
  { db, scope }: CostReader,
  filter: CostFilter,
  page: CostPageInput,
  sort: CostSort,
): Promise<Page<CostRow>> {
  const tenantId = tenantOf(scope, filter);
  const periods = [...new Set(listDays(filter.from, filter.to).map(periodOf))];
  const parts = [
    sql`period = month and day >= ${filter.from}::date and day < ${filter.to}::date`,
    ...(tenantId === undefined ? [] : [sql`tenant_id = ${tenantId}`]),
    ...(filter.workflowId === undefined ? [] : [sql`workflow_id = ${filter.workflowId}`]),
    ...(filter.executionId === undefined ? [] : [sql`execution_id = ${filter.executionId}::uuid`]),
  ];
  const where = parts.reduce((all, part) => sql`${all} and ${part}`);
  const offset = offsetOf(page);
  const direction = sort.direction === "asc" ? sql`asc` : sql`desc`;
  const order =
    sort.by === "key"
      ? sql`order by execution_id ${direction}`
      : sql`order by list_cost ${direction}, execution_id ${direction}`;
  // Month by month, so that each comes from its index in order.
  const rows = await db.query(sql<RunRow>`
    select r.* from unnest(${periods}::text[]) as month cross join lateral (
      select execution_id, tenant_id, workflow_id, day, invocations, list_cost from run_costs where ${where}
      ${order} limit ${offset + page.limit + 1}) r
    ${order} limit ${page.limit + 1} offset ${offset}`);
  const effective = await effectiveCosts(
    db,
    rows.map(({ executionId }) => executionId),
    periods,
  );
  const items = rows.map(({ executionId, listCost: exact, ...run }): CostRow => {
    const listCost = toDecimalString(parseDecimal(exact));
    const shares = effective.filter((share) => share.executionId === executionId);
    return {
      key: executionId,
      isAllocated: true,
      quantity: null,
      unit: null,
      listCost,
      effectiveCost: shares.find(({ evidence }) => evidence === null)?.cost ?? null,
      evidence: shares.flatMap(({ evidence, cost }) =>
        evidence === null ? [] : [{ class: evidence, listCost: null, effectiveCost: cost }],
      ),
      unmeasured: 0,
      run,
    };
  });
  return toOffsetPage(items, page, offset);
}

interface Share {
  executionId: string;
  /** null: all of them. */
  evidence: CostRow["evidence"][number]["class"] | null;
  cost: string;
}

/** What share of the rows of its cells each run has, and of its tokens, to 1e-12 USD. */
async function effectiveCosts(
  db: CostReader["db"],
  executionIds: readonly string[],
  periods: readonly string[],
): Promise<Share[]> {
  const kinds = await db.query(sql<{ card: string; meter: string; evidence: string }>`
    select distinct card, meter, e as evidence from cost_charges cross join unnest(array['metered', 'estimated', 'allocated', 'flat']) as e
    where period = any(${periods}::text[]) and used is not null`);
  const cases = [...kinds.map((kind) => ({ kind, parts: partsOfWeight(kind) }))].map(
    ({ kind, parts }): Statement => sql`
    when l.card = ${kind.card} and l.meter = ${kind.meter} and l.evidence = ${kind.evidence}
      then ${weightSql(parts, "s")} / nullif(${weightSql(parts, "c")}, 0)`,
  );
  const share = cases.length === 0 ? sql`0` : sql`case ${join(cases, " ")} else 0 end`;
  return await db.query(sql<Share>`
    select execution_id, evidence, trim_scale(round(sum(cost), 12))::text as cost from (
      select s.execution_id, l.evidence, l.effective_cost * ${share} as cost
      from usage_slices s join usage_cells c on c.id = s.cell_id join cost_lines l on l.cell_id = s.cell_id
      where s.execution_id = any(${executionIds}::uuid[]) and l.effective_cost is not null
      union all
      select u.execution_id, l.evidence, l.effective_cost * t.tokens / nullif(l.quantity, 0)
      from llm_usage u
      cross join lateral (values ('input-tokens', u.input_tokens), ('output-tokens', u.output_tokens)) as t(meter, tokens)
      join cost_lines l on l.function = 'llm' and l.card = u.provider || '/' || u.model and l.meter = t.meter
        and l.tenant_id = u.tenant_id and l.workflow_id is not distinct from u.workflow_id
        and l.day = (u.reported_at at time zone 'utc')::date
      where u.execution_id = any(${executionIds}::uuid[])) shares
    group by grouping sets ((execution_id, evidence), (execution_id))`);
}
