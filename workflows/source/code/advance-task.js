import { byPosition, isOpen, progressOf } from "./milestones.js";

/** Which milestone the task is about, how the goal stands once it is marked, and what comes next. */
export function advanceTask({ goal, input }) {
  const known = byPosition(goal.milestones);
  const about =
    input.milestoneId ??
    known.find(({ status }) => status === "in_progress")?.id ??
    known.find(({ status }) => status === "pending")?.id ??
    null;
  const status = input.status ?? "in_progress";
  const after = known.map((milestone) => (milestone.id === about ? { ...milestone, status } : milestone));
  const progressPercent = progressOf(goal, after);
  const next = after.find(({ status }) => status === "in_progress") ?? after.find(isOpen) ?? null;
  return {
    milestoneId: about,
    status,
    progressPercent,
    note: (input.note ?? "").trim(),
    noteKind: status === "done" ? "review" : "service",
    result: {
      goalId: goal.id,
      milestoneId: about,
      status: about === null ? null : status,
      progressPercent,
      nextStep: next && { milestoneId: next.id, title: next.title, dueDate: next.dueDate ?? null },
      suggestion: suggest(goal, known, next),
    },
  };
}

function suggest(goal, known, next) {
  if (known.length === 0) return `“${goal.title}” has no steps yet: ask for a plan first.`;
  if (next === null) return `Every step of “${goal.title}” is taken: review it, then complete it.`;
  const due = next.dueDate ? ` by ${next.dueDate}` : "";
  return next.status === "in_progress" ? `Finish “${next.title}”${due}.` : `Start “${next.title}”${due}.`;
}
