import { byPosition, isOpen, progressOf } from "./milestones.js";
import { findWords, wordsOf } from "./words.js";

const PHASES = ["exploring", "planning", "acting", "reviewing", "achieved"];

/** Where on the journey a goal is after a message, and what to answer. Without a goal: an answer about all goals. */
export function findPhase({ answer, input, config, today }) {
  if (!input.goalId) return answerWithoutGoal(answer.items ?? [], input);
  const goal = answer;
  const milestones = byPosition(goal.milestones);
  const progressPercent = progressOf(goal, milestones);
  const state = phaseOfState(goal, milestones, progressPercent, today);
  const said = phaseOfWords(input.message, config);
  const phase = choosePhase(state, said.phase);
  const next = milestones.find(({ status }) => status === "in_progress") ?? milestones.find(isOpen);
  const reply = replyFor(phase, goal.title, progressPercent, next);
  return {
    reply,
    phase,
    hasChanged: phase !== goal.phase,
    result: { reply, goalId: goal.id, phase, previousPhase: goal.phase, words: said.words },
  };
}

function phaseOfState(goal, milestones, progressPercent, today) {
  if (goal.status === "completed" || (milestones.length > 0 && progressPercent === 100)) return "achieved";
  if (goal.targetDate != null && goal.targetDate < today) return "reviewing";
  if (milestones.some(({ status }) => status === "in_progress" || status === "done")) return "acting";
  return milestones.some(isOpen) ? "planning" : "exploring";
}

/** The phase whose words the message holds most of; the later one of two. */
function phaseOfWords(message, config) {
  const scores = PHASES.map((phase) => ({ phase, words: findWords(message, wordsOf(config[`${phase}Words`])) }));
  const best = scores.reduce((a, b) => (b.words.length >= a.words.length ? b : a));
  return best.words.length === 0 ? { phase: null, words: [] } : best;
}

/** Words alone achieve nothing: who says so early is asked to review. What is achieved stays so. */
function choosePhase(state, said) {
  if (said === null || state === "achieved") return state;
  return said === "achieved" ? "reviewing" : said;
}

function replyFor(phase, title, progressPercent, next) {
  const step = next ? ` The next step is “${next.title}”${next.dueDate ? `, due on ${next.dueDate}` : ""}.` : "";
  switch (phase) {
    case "exploring":
      return `Let us find out what “${title}” should look like in the end. What would you see, and by when?`;
    case "planning":
      return `“${title}” is being planned.${step || " Shall I suggest its steps?"}`;
    case "acting":
      return `You are on the way with “${title}”: ${progressPercent} % is done.${step}`;
    case "reviewing":
      return `Let us look back at “${title}”: ${progressPercent} % is done. What went well, and what should change?${step}`;
    default:
      return `“${title}” is achieved. What did you learn, and what comes next?`;
  }
}

function answerWithoutGoal(goals, { message }) {
  const open = goals.filter(({ status }) => status !== "completed" && status !== "cancelled");
  const named = open.find(({ title }) => message.toLowerCase().includes(title.toLowerCase()));
  const list = open
    .slice(0, 3)
    .map(({ title, progressPercent }) => `“${title}” (${progressPercent} %)`)
    .join(", ");
  let reply = "You have no open goal yet. What would you like to reach?";
  if (open.length > 0) reply = `You have ${open.length} open: ${list}. Which one is it about?`;
  if (named)
    reply = `“${named.title}” is in the phase ${named.phase}, ${named.progressPercent} % done. What is the matter?`;
  return {
    reply,
    phase: null,
    hasChanged: false,
    result: { reply, goalId: named?.id ?? null, phase: named?.phase ?? null, previousPhase: null, words: [] },
  };
}
