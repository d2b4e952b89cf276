import { byPosition, isOpen } from "./milestones.js";

const DAY_MS = 86_400_000;
const TITLE_LENGTH = 200;

/** A plan for a goal that has none: milestones to write, the phase it is in then, and a summary. */
export function planMilestones({ goal, config, today }) {
  const known = byPosition(goal.milestones);
  const open = known.filter(isOpen);
  const isClosed = goal.status === "completed" || goal.status === "cancelled";
  if (isClosed || open.length > 0) return keepPlan(goal, open, isClosed);

  const taken = new Set(known.map(({ title }) => title.toLowerCase()));
  const titles = findSteps(goal, config).filter((title) => !taken.has(title.toLowerCase()));
  if (titles.length === 0) return keepPlan(goal, open, isClosed);

  const dueDates = spreadDates(today, goal.targetDate, titles.length);
  const last = known.at(-1)?.position ?? 0;
  const milestones = titles.map((title, i) => ({
    key: `step-${last + i + 1}`,
    title,
    position: last + i + 1,
    ...(dueDates[i] ? { dueDate: dueDates[i] } : {}),
  }));
  const until = dueDates.length > 0 ? `, the last due on ${dueDates.at(-1)}` : "";
  return {
    milestones,
    phase: "planning",
    result: {
      goalId: goal.id,
      isNewPlan: true,
      phase: "planning",
      summary: `Planned ${titles.length} steps for “${goal.title}”${until}.`,
      milestones: milestones.map(({ title, position, dueDate = null }) => ({ title, position, dueDate })),
    },
  };
}

function keepPlan(goal, open, isClosed) {
  const phase = goal.phase === "exploring" && open.length > 0 ? "planning" : goal.phase;
  const summary = isClosed
    ? `“${goal.title}” is ${goal.status}: there is nothing to plan.`
    : `Kept the plan of “${goal.title}”: ${open.length} steps are open.`;
  return {
    milestones: [],
    phase,
    result: {
      goalId: goal.id,
      isNewPlan: false,
      phase,
      summary,
      milestones: open.map(({ title, position, dueDate = null }) => ({ title, position, dueDate })),
    },
  };
}

/** Bullet lines, else sentences, when there are enough of them; else the stages of the Config node. */
function findSteps(goal, { minSteps, maxSteps, stages }) {
  const lines = (goal.description ?? "").split(/\r?\n/);
  const bullet = /^\s*(?:[-*•]|\d+[.)])\s+(?:\[[ x]\]\s+)?/i;
  const bullets = lines.filter((line) => bullet.test(line)).map((line) => tidy(line.replace(bullet, "")));
  const sentences = lines.flatMap((line) => line.split(/(?<=[.!?])\s+/)).map(tidy);
  const found = [bullets, sentences].map(distinct).find((steps) => steps.length >= minSteps);
  return (found ?? stages.split("\n").map((stage) => tidy(stage.replaceAll("{title}", () => goal.title)))).slice(
    0,
    maxSteps,
  );
}

function tidy(text) {
  const title = text.trim().replace(/[.;,:\s]+$/, "");
  return title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH - 1)}…` : title;
}

const distinct = (titles) => [...new Map(titles.filter(Boolean).map((title) => [title.toLowerCase(), title])).values()];

/** Evenly from today up to the target date; none without a target date, or with one that has passed. */
function spreadDates(today, targetDate, count) {
  const [start, end] = [Date.parse(today), Date.parse(targetDate ?? "")];
  if (!(end > start)) return [];
  const days = Math.round((end - start) / DAY_MS);
  return Array.from({ length: count }, (_, i) =>
    new Date(start + Math.round((days * (i + 1)) / count) * DAY_MS).toISOString().slice(0, 10),
  );
}
