import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { type Milestone, type MilestoneId, milestoneExists, milestoneOf } from "./milestone.ts";
import { type Actor, firstOf, writeAs } from "./write-as.ts";
import { type MilestoneChange, updateMilestone } from "./writes.ts";

/**
 * Changes what is named of a milestone.
 * @param version the change is for this version only, else `precondition_failed`
 */
export async function changeMilestone(
  { db }: { readonly db: Database },
  actor: Actor,
  { goalId, milestoneId }: MilestoneId,
  change: MilestoneChange,
  version?: number,
): Promise<Milestone | Failure> {
  const { tenantId } = actor;
  const writes = [
    milestoneExists(tenantId, { goalId, milestoneId }),
    mustHit("precondition_failed", updateMilestone(tenantId, goalId, milestoneId, change, version)),
  ];
  return firstOf(await writeAs(db, actor, writes, milestoneOf(tenantId, goalId, milestoneId)));
}
