import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { type Goal, goalExists, goalOf } from "./goal.ts";
import { type Actor, firstOf, writeAs } from "./write-as.ts";
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
  const writes = [goalExists(tenantId, id), mustHit("precondition_failed", updateGoal(tenantId, id, change, version))];
  return firstOf(await writeAs(db, actor, writes, goalOf(tenantId, id)));
}
