export const byPosition = (milestones) => [...(milestones ?? [])].sort((a, b) => a.position - b.position);

export const isOpen = ({ status }) => status === "pending" || status === "in_progress";

/** Skipped milestones do not count. Without any that count, the goal keeps the progress it has. */
export function progressOf(goal, milestones) {
  const counted = milestones.filter(({ status }) => status !== "skipped");
  if (counted.length === 0) return goal.progressPercent ?? 0;
  return Math.round((counted.filter(({ status }) => status === "done").length / counted.length) * 100);
}

export const isOverdue = (milestone, today) =>
  isOpen(milestone) && milestone.dueDate != null && milestone.dueDate < today;
