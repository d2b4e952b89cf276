import type { Clock } from "#shared/kernel/clock.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import type { GoalsContext, Milestone } from "./milestone.ts";
import { type GoalWithMilestones, readGoal } from "./read-goal.ts";
import { MILESTONE_STATUSES } from "./tables.ts";

export interface GoalProgress {
  goalId: string;
  /** Of the milestones, those done among those not skipped; without any, what was last recorded. */
  percent: number;
  /** What a workflow last recorded on the goal. */
  recordedPercent: number;
  counts: Record<Milestone["status"], number>;
  /** The first one neither done nor skipped. */
  nextMilestone: Milestone | null;
  /** Due before today and neither done nor skipped. */
  overdue: Milestone[];
}

const isOpen = ({ status }: Milestone): boolean => status === "pending" || status === "in_progress";

/** @param nowMs the day in UTC that this falls on is today */
export function progressOf(goal: GoalWithMilestones, nowMs: number): GoalProgress {
  const { milestones } = goal;
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const count = (status: Milestone["status"]) => milestones.filter((one) => one.status === status).length;
  const counts = Object.fromEntries(MILESTONE_STATUSES.map((status) => [status, count(status)]));
  const relevant = milestones.length - count("skipped");
  return {
    goalId: goal.id,
    percent: relevant === 0 ? goal.progressPercent : Math.round((count("done") / relevant) * 100),
    recordedPercent: goal.progressPercent,
    counts: counts as GoalProgress["counts"], // safe: one entry for each status
    nextMilestone: milestones.find(isOpen) ?? null,
    overdue: milestones.filter((one) => isOpen(one) && one.dueDate !== null && one.dueDate < today),
  };
}

export async function readProgress(
  ctx: GoalsContext & { readonly clock: Clock },
  tenantId: string,
  goalId: string,
): Promise<GoalProgress | Failure> {
  const goal = await readGoal(ctx, tenantId, goalId);
  return isFailure(goal) ? goal : progressOf(goal, ctx.clock());
}
