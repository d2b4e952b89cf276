import type { Database } from "#shared/database/database.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { type Goal, goalOf } from "./goal.ts";
import { type Milestone, milestonesOf } from "./milestone.ts";

export interface GoalWithMilestones extends Goal {
  milestones: Milestone[];
}

export async function readGoal(db: Database, tenantId: string, id: string): Promise<GoalWithMilestones | Failure> {
  const [[goal], milestones] = await db.batch([goalOf(tenantId, id), milestonesOf(tenantId, id)]);
  return goal ? { ...goal, milestones } : fail("not_found", `There is no goal ${id}.`);
}
