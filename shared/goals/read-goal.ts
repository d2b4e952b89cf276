import type { LoadKind } from "#shared/batching/load-kind.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, rowTag } from "#shared/database/tags.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { type Goal, SELECT_GOAL } from "./goal.ts";
import { type GoalsContext, type Milestone, readMilestones } from "./milestone.ts";

export interface GoalWithMilestones extends Goal {
  milestones: readonly Milestone[];
}

const GOALS: LoadKind<Goal> = {
  name: "goals",
  tags: (tenantId, id) => [rowTag("goals", tenantId, id)],
  async load(db, tenantId, ids) {
    const goals = await db.query(
      reading(
        sql<Goal>`${SELECT_GOAL} where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`,
        ids.map((id) => rowTag("goals", tenantId, id)),
      ),
    );
    return new Map(goals.map((goal) => [goal.id, goal]));
  },
};

export async function readGoal(ctx: GoalsContext, tenantId: string, id: string): Promise<GoalWithMilestones | Failure> {
  const goalId = id.toLowerCase();
  const [goal, milestones] = await Promise.all([
    ctx.loads.one(GOALS, tenantId, goalId),
    readMilestones(ctx, tenantId, goalId),
  ]);
  return goal ? { ...goal, milestones } : fail("not_found", `There is no goal ${id}.`);
}
