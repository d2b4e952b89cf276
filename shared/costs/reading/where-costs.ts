import { type Statement, sql } from "#shared/database/sql.ts";
import type { CostFilter, CostScope } from "../read-costs.ts";

const FINE = ["function", "tenant", "workflow", "meter"] as const;
type Fine = (typeof FINE)[number];

/** Where a question is answered from: rollups along one dimension where that is all it needs, the lines otherwise. */
export interface CostSource {
  table: Statement;
  /** The column of each dimension in it. */
  columns: Readonly<Record<Fine, Statement>>;
  where: Statement;
}

/** The one tenant whose rows are asked for. A tenant's scope goes before the filter. */
export const tenantOf = (scope: CostScope, { tenantId }: CostFilter): string | undefined =>
  scope.kind === "tenant" ? scope.tenantId : tenantId;

/** The rows of a filter as a scope may see them. */
export function whereCosts(scope: CostScope, filter: CostFilter, needs: readonly Fine[] = []): CostSource {
  const wanted: Record<Fine, string | undefined> = {
    function: filter.function,
    tenant: tenantOf(scope, filter),
    workflow: filter.workflowId,
    meter: filter.meter,
  };
  const fine = FINE.filter((name) => needs.includes(name) || wanted[name] !== undefined);
  const rollup = fine.length <= 1 ? (fine[0] ?? "meter") : undefined;
  const key = sql`key`;
  const columns =
    rollup === undefined
      ? { function: sql`function`, tenant: sql`tenant_id`, workflow: sql`workflow_id`, meter: sql`meter` }
      : { function: key, tenant: key, workflow: key, meter: key };
  const parts = [
    rollup === undefined ? sql`true` : sql`dimension = ${rollup}`,
    sql`day >= ${filter.from}::date and day < ${filter.to}::date`,
    ...FINE.flatMap((name) => (wanted[name] === undefined ? [] : [sql`${columns[name]} = ${wanted[name]}`])),
    ...(filter.provider === undefined ? [] : [sql`provider = ${filter.provider}`]),
    ...(filter.accountId === undefined ? [] : [sql`account_id = ${filter.accountId}`]),
  ];
  const where = parts.reduce((all, part) => sql`${all} and ${part}`);
  return { table: rollup === undefined ? sql`cost_lines` : sql`cost_rollups`, columns, where };
}
