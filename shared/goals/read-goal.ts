import type { LoadKind, Loads } from "#shared/batching/load-kind.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, rowTag } from "#shared/database/tags.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { type Goal, SELECT_GOAL } from "./goal.ts";
import { type Milestone, milestonesOfGoals } from "./milestone.ts";

export interface GoalWithMilestones extends Goal {
  milestones: Milestone[];
}

const GOALS: LoadKind<GoalWithMilestones> = {
  name: "goals",
  tags: (tenantId, id) => [rowTag("goals", tenantId, id), rowTag("milestones", tenantId, id)],
  async load(db, tenantId, ids) {
    const [goals, milestones] = await db.batch([
      reading(
        sql<Goal>`${SELECT_GOAL} where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`,
        ids.map((id) => rowTag("goals", tenantId, id)),
      ),
      milestonesOfGoals(tenantId, ids),
    ]);
    const byGoal = Map.groupBy(milestones, ({ goalId }) => goalId);
    return new Map(goals.map((goal) => [goal.id, { ...goal, milestones: byGoal.get(goal.id) ?? [] }]));
  },
};

export async function readGoal(loads: Loads, tenantId: string, id: string): Promise<GoalWithMilestones | Failure> {
  return (await loads.one(GOALS, tenantId, id.toLowerCase())) ?? fail("not_found", `There is no goal ${id}.`);
}
