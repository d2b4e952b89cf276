import type { Database } from "#shared/database/database.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { derivedId } from "#shared/kernel/id.ts";
import { goalExists } from "./goal.ts";
import { type Milestone, milestonesOf } from "./milestone.ts";
import { type Actor, writeAs } from "./write-as.ts";
import { insertMilestone } from "./writes.ts";

export interface PlannedMilestone {
  /** Names the milestone within the plan: the same key again is the same milestone. */
  key: string;
  title: string;
  position: number;
  dueDate?: string | undefined;
}

/**
 * Writes the milestones that a run planned, in the order given. A key that this execution has written before, in
 * whichever attempt, stands as it is.
 */
export async function planMilestones(
  { db }: { readonly db: Database },
  actor: Actor,
  executionId: string,
  goalId: string,
  plan: readonly PlannedMilestone[],
): Promise<(Milestone & { key: string })[] | Failure> {
  const { tenantId } = actor;
  const planned = plan.map(({ key, ...rest }) => ({
    key,
    id: derivedId(executionId, "milestone", goalId, key),
    ...rest,
  }));
  const inserts = planned.map(({ key: _, ...milestone }) => insertMilestone({ ...milestone, tenantId, goalId }));
  const all = await writeAs(db, actor, [goalExists(tenantId, goalId), ...inserts], milestonesOf(tenantId, goalId));
  if (isFailure(all)) return all;
  const byId = new Map(all.map((milestone) => [milestone.id, milestone]));
  return planned.flatMap(({ id, key }) => {
    const milestone = byId.get(id);
    return milestone ? [{ ...milestone, key }] : [];
  });
}
