import { byPosition, isOverdue } from "./milestones.js";
import { findWords, wordsOf } from "./words.js";

/** As many as the operation takes. */
const MOST_FINDINGS = 200;

/** What keeps a goal from being specific, measurable and timed; advice alone does not make it invalid. */
export function checkGoal({ goal, input, config, today }) {
  const milestones = byPosition(goal.milestones);
  const isEnded = goal.status === "completed" || goal.status === "cancelled";
  const findings = [];
  const find = (code, message, milestoneId) => findings.push({ code, message, milestoneId });

  const title = goal.title.trim();
  if (title.length < config.minTitleLength) {
    find("title_too_short", `The title “${title}” says too little: name what will be true in the end.`);
  }
  if (title.length > config.maxTitleLength) {
    find(
      "title_too_long",
      `The title is longer than ${config.maxTitleLength} characters: move details to the description.`,
    );
  }
  const text = `${title} ${goal.description ?? ""}`;
  if (!/\d/.test(text) && findWords(text, wordsOf(config.numberWords)).length === 0) {
    find("not_measurable", "Neither title nor description holds a number: say how one will know that it is reached.");
  }
  if (goal.targetDate == null) find("target_date_missing", "There is no target date: choose a day.");
  else if (!isEnded && goal.targetDate < today) {
    find("target_date_past", `The target date ${goal.targetDate} has passed: reach it, move it or close the goal.`);
  }
  if (milestones.length === 0) find("milestones_missing", "There are no steps: ask for a plan.");
  for (const milestone of milestones) {
    const named = `“${milestone.title}”`;
    if (!isEnded && isOverdue(milestone, today)) {
      find("milestone_overdue", `${named} was due on ${milestone.dueDate}.`, milestone.id);
    }
    if (goal.targetDate != null && milestone.dueDate != null && milestone.dueDate > goal.targetDate) {
      find("milestone_after_target", `${named} is due on ${milestone.dueDate}, after the target date.`, milestone.id);
    }
  }

  const advice = wordsOf(config.adviceCodes);
  const validation = {
    isValid: findings.every(({ code }) => advice.includes(code)),
    findings: findings.slice(0, MOST_FINDINGS).map(({ code, message }) => ({ code, message })),
  };
  if (!input.milestoneId) return { validation, result: { goalId: goal.id, ...validation } };

  const own = findings.filter(({ milestoneId }) => milestoneId === input.milestoneId);
  const milestone = {
    id: input.milestoneId,
    isKnown: milestones.some(({ id }) => id === input.milestoneId),
    findings: own.map(({ code, message }) => ({ code, message })),
  };
  return { validation, result: { goalId: goal.id, ...validation, milestone } };
}
