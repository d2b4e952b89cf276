import type { Database } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { json, sql } from "#shared/database/sql.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { CostReader, CostScope } from "../read-costs.ts";
import { type Budget, BudgetInput, PLATFORM, SELECT_BUDGET, visibleTo } from "./budget.ts";

export interface BudgetWriter {
  readonly db: Database;
  readonly scope: CostScope;
  /** `user:…`, `key:…`. */
  readonly actor: string;
}

/** Of one owner. */
const MOST_BUDGETS = 100;

/**
 * Sets the budget of a tenant, a function, both, or all: one each per owner. Thresholds that were crossed in a month
 * stay so when the amount changes. Fails with `invalid_request`, naming the field, and with `limit_reached`.
 */
export async function setBudget({ db, scope, actor }: BudgetWriter, input: BudgetInput): Promise<Budget | Failure> {
  const parsed = BudgetInput.safeParse(input);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message }));
    return fail("invalid_request", undefined, fields);
  }
  const { name, function: functionName, monthlyUsd, basis, thresholds } = parsed.data;
  const owner = scope.kind === "platform" ? PLATFORM : scope.tenantId;
  const tenantId = scope.kind === "platform" ? parsed.data.tenantId : scope.tenantId;
  const same = sql`owner = ${owner} and tenant_id is not distinct from ${tenantId}
    and function is not distinct from ${functionName}`;
  const written = await guarded(() =>
    db.batch([
      sql`select pg_advisory_xact_lock(hashtext(${`rainwire.budgets.${owner}`}))`,
      ensure(
        "limit_reached",
        sql`exists (select from cost_budgets where ${same})
          or (select count(*) from cost_budgets where owner = ${owner}) < ${MOST_BUDGETS}::int`,
      ),
      sql`insert into cost_budgets (id, owner, tenant_id, function, name, monthly_usd, basis, thresholds, updated_by)
        values (${uuidv7()}, ${owner}, ${tenantId}, ${functionName}, ${name}, ${monthlyUsd}::numeric, ${basis},
          ${json(thresholds)}, ${actor})
        on conflict on constraint cost_budgets_unique do update set name = excluded.name, basis = excluded.basis,
          monthly_usd = excluded.monthly_usd, thresholds = excluded.thresholds, updated_by = excluded.updated_by,
          updated_at = now()`,
      sql<Budget>`${SELECT_BUDGET} where ${same}`,
    ]),
  );
  if (isFailure(written)) return written;
  const [, , , [budget]] = written;
  if (!budget) throw new Error("a budget that was just written is gone: somebody deleted it meanwhile, set it again");
  return budget;
}

/** In order of name. A tenant's reader sees its own, finance all. */
export const listBudgets = ({ db, scope }: CostReader): Promise<Budget[]> =>
  db.query(sql<Budget>`${SELECT_BUDGET} where ${visibleTo(scope)} order by name, id`);

/** Fails with `not_found`. What it told of stays. */
export async function deleteBudget({ db, scope }: CostReader, id: string): Promise<Failure | undefined> {
  const deleted = await db.query(sql`delete from cost_budgets where id = ${id} and ${visibleTo(scope)} returning id`);
  return deleted.length === 0 ? fail("not_found", `There is no budget ${id}.`) : undefined;
}
