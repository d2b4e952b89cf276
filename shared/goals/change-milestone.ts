import type { Database } from "#shared/database/database.ts";
import { ensure, mustHit } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { type Milestone, milestoneOf } from "./milestone.ts";
import { type Actor, firstOf, writeAs } from "./write-as.ts";
import { isVersion, type MilestoneChange, updateMilestone } from "./writes.ts";

export interface MilestoneId {
  goalId: string;
  milestoneId: string;
}

const milestoneExists = (tenantId: string, { goalId, milestoneId }: MilestoneId) =>
  ensure("not_found", sql`exists (${milestoneOf(tenantId, goalId, milestoneId)})`);

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

/** Deletes a milestone, at `version` only if one is given. */
export async function deleteMilestone(
  { db }: { readonly db: Database },
  actor: Actor,
  { goalId, milestoneId }: MilestoneId,
  version?: number,
): Promise<undefined | Failure> {
  const { tenantId } = actor;
  const remove = sql`delete from milestones
    where tenant_id = ${tenantId} and goal_id = ${goalId} and id = ${milestoneId} and ${isVersion(version)}`;
  const exists = milestoneExists(tenantId, { goalId, milestoneId });
  const deleted = await writeAs(db, actor, [exists], mustHit("precondition_failed", remove));
  return isFailure(deleted) ? deleted : undefined;
}
