import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { goalExists } from "./goal.ts";
import { type Actor, writeAs } from "./write-as.ts";
import { removeGoal } from "./writes.ts";

/** Deletes a goal with its milestones and interactions; each leaves its own `….deleted` event. */
export async function deleteGoal(
  { db }: { readonly db: Database },
  actor: Actor,
  id: string,
  version?: number,
): Promise<undefined | Failure> {
  const { tenantId } = actor;
  const remove = mustHit("precondition_failed", removeGoal(tenantId, id, version));
  const deleted = await writeAs(db, actor, [goalExists(tenantId, id)], remove);
  return isFailure(deleted) ? deleted : undefined;
}
