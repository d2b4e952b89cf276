import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { type Goal, SELECT_GOAL } from "./goal.ts";

export interface GoalFilter extends PageInput {
  userId?: string | undefined;
  status?: string | undefined;
  phase?: string | undefined;
}

/** The tenant's goals, newest first. */
export async function listGoals(db: Database, tenantId: string, filter: GoalFilter): Promise<Page<Goal>> {
  const filters = whereEqual([
    [sql`user_id`, filter.userId],
    [sql`status`, filter.status],
    [sql`phase`, filter.phase],
  ]);
  const rows = await db.query(
    sql<Goal>`${SELECT_GOAL} where tenant_id = ${tenantId}${filters}${pageClause(sql`user_goals`, tenantId, filter)}`,
  );
  return toPage(rows, filter);
}
