import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { GOAL_COLUMNS, type Goal, goalOf } from "./goal.ts";
import { type Actor, writeAs } from "./write-as.ts";
import { type GoalChange, updateGoal } from "./writes.ts";

/**
 * Changes what is named of a goal.
 * @param version the change is for this version only, else `precondition_failed`
 */
export async function changeGoal(
  { db }: { readonly db: Database },
  actor: Actor,
  id: string,
  change: GoalChange,
  version?: number,
): Promise<Goal | Failure> {
  const { tenantId } = actor;
  const update = sql<Goal>`${updateGoal(tenantId, id, change, version)} returning ${GOAL_COLUMNS}`;
  const changed = await writeAs(db, actor, [], update);
  if (isFailure(changed)) return changed;
  const [goal] = changed;
  if (goal) return goal;
  const [other] = await db.query(goalOf(tenantId, id));
  return fail(other ? "precondition_failed" : "not_found");
}
