import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, rowTag, tableTag } from "#shared/database/tags.ts";
import { type Goal, SELECT_GOAL } from "./goal.ts";
import { type GoalsContext, readMilestones } from "./milestone.ts";
import type { GoalWithMilestones } from "./read-goal.ts";

export interface ListContext extends GoalsContext {
  readonly db: Database;
}

export interface GoalFilter extends PageInput {
  userId?: string | undefined;
  status?: string | undefined;
  phase?: string | undefined;
}

/** A page of goals, each with its milestones: one statement for the goals, one for all milestones not known yet. */
export async function listGoalsWithMilestones(
  ctx: ListContext,
  tenantId: string,
  filter: GoalFilter,
): Promise<Page<GoalWithMilestones>> {
  const { items, next } = await listGoals(ctx, tenantId, filter);
  const withMilestones = items.map(async (goal) => ({
    ...goal,
    milestones: await readMilestones(ctx, tenantId, goal.id),
  }));
  return { items: await Promise.all(withMilestones), next };
}

/** The tenant's goals, newest first. */
export async function listGoals(
  { db }: Pick<ListContext, "db">,
  tenantId: string,
  filter: GoalFilter,
): Promise<Page<Goal>> {
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
