import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { type MilestoneId, milestoneExists } from "./milestone.ts";
import { type Actor, writeAs } from "./write-as.ts";
import { removeMilestone } from "./writes.ts";

/** Deletes a milestone, at `version` only if one is given. */
export async function deleteMilestone(
  { db }: { readonly db: Database },
  actor: Actor,
  { goalId, milestoneId }: MilestoneId,
  version?: number,
): Promise<undefined | Failure> {
  const { tenantId } = actor;
  const remove = mustHit("precondition_failed", removeMilestone(tenantId, goalId, milestoneId, version));
  const exists = milestoneExists(tenantId, { goalId, milestoneId });
  const deleted = await writeAs(db, actor, [exists], remove);
  return isFailure(deleted) ? deleted : undefined;
}
