import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, rowTag, tableTag } from "#shared/database/tags.ts";
import { type Goal, SELECT_GOAL } from "./goal.ts";
import { milestonesOfGoals } from "./milestone.ts";
import type { GoalWithMilestones } from "./read-goal.ts";

export interface GoalFilter extends PageInput {
  userId?: string | undefined;
  status?: string | undefined;
  phase?: string | undefined;
}

/** A page of goals, each with its milestones: one statement for the goals, one for the milestones of all of them. */
export async function listGoalsWithMilestones(
  db: Database,
  tenantId: string,
  filter: GoalFilter,
): Promise<Page<GoalWithMilestones>> {
  const { items, next } = await listGoals(db, tenantId, filter);
  if (items.length === 0) return { items: [], next };
  const goalIds = items.map(({ id }) => id);
  const byGoal = Map.groupBy(await db.query(milestonesOfGoals(tenantId, goalIds)), ({ goalId }) => goalId);
  return { items: items.map((goal) => ({ ...goal, milestones: byGoal.get(goal.id) ?? [] })), next };
}

/** The tenant's goals, newest first. */
export async function listGoals(db: Database, tenantId: string, filter: GoalFilter): Promise<Page<Goal>> {
  const filters = whereEqual([
    [sql`user_id`, filter.userId],
    [sql`status`, filter.status],
    [sql`phase`, filter.phase],
  ]);
  const page = pageClause(sql`user_goals`, tenantId, filter);
  const select = sql<Goal>`${SELECT_GOAL} where tenant_id = ${tenantId}${filters}${page}`;
  const rows = await db.query(
    reading(select, [tableTag("goals", tenantId)], ({ id }) => rowTag("goals", tenantId, id)),
  );
  return toPage(rows, filter);
}
