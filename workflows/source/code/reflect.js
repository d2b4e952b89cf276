import { byPosition, isOverdue, progressOf } from "./milestones.js";
import { findWords, wordsOf } from "./words.js";

/** How a goal goes: its progress, its pace, what its feedback says, and whether that is worth a review. */
export function reflect({ goal, feedback, input, config, today }) {
  const milestones = byPosition(goal.milestones);
  const progressPercent = progressOf(goal, milestones);
  const overdue = milestones.filter((milestone) => isOverdue(milestone, today));
  const pace = paceOf(goal, progressPercent, today, config.paceTolerancePercent);
  const sentiment = sentimentOf(feedback.items ?? [], config);
  const averageRating = feedback.averageRating ?? null;
  const done = milestones.filter(({ status }) => status === "done").length;

  const insights = [
    milestones.length === 0
      ? "There are no steps yet."
      : `${done} of ${milestones.length} steps are done (${progressPercent} %).`,
  ];
  if (overdue.length > 0) insights.push(`Overdue: ${nameSome(overdue)}.`);
  if (pace === "behind") insights.push("The pace is behind what the target date needs.");
  if (pace === "ahead") insights.push("The pace is ahead of what the target date needs.");
  if (averageRating !== null) insights.push(`Feedback averages ${averageRating} of 5.`);
  if (sentiment !== "none") insights.push(`The tone of the feedback is ${sentiment}.`);
  if (averageRating !== null && averageRating <= config.lowRating) insights.push("Ask what should go differently.");

  // A change event tells what changed; an action is always answered.
  const isWorthSaying = !Array.isArray(input.changed) || input.changed.includes("status");
  return {
    progressPercent,
    isWorthSaying,
    review: insights.join(" "),
    result: { goalId: goal.id, progressPercent, pace, overdue: overdue.length, averageRating, sentiment, insights },
  };
}

function nameSome(milestones) {
  const named = milestones.slice(0, 3).map(({ title }) => `“${title}”`);
  const more = milestones.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

/** Progress against the share of time gone between the goal's making and its target date. */
function paceOf(goal, progressPercent, today, tolerance) {
  const [start, end, now] = [goal.createdAt, goal.targetDate, today].map((at) => Date.parse(at ?? ""));
  if (!(end > start)) return "unknown";
  const expected = Math.min(100, Math.max(0, (100 * (now - start)) / (end - start)));
  if (progressPercent < expected - tolerance) return "behind";
  return progressPercent > expected + tolerance ? "ahead" : "on_track";
}

function sentimentOf(items, { positiveWords, negativeWords }) {
  const texts = items.map(({ content }) => content ?? "");
  const count = (words) => texts.reduce((sum, text) => sum + findWords(text, wordsOf(words)).length, 0);
  const [positive, negative] = [count(positiveWords), count(negativeWords)];
  if (texts.length === 0) return "none";
  if (positive === negative) return "neutral";
  return positive > negative ? "positive" : "negative";
}
