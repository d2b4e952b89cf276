import type { AgentDefinition } from "./build-workflow.ts";
import { goalPath, WITH_CONFIG } from "./goal-steps.ts";
import { COMPLETE, call, code, config, decide, INPUT, outputOf } from "./steps.ts";

const JOURNEY = outputOf("Find Phase");

export const journeyAnalyzer: AgentDefinition = {
  id: "journey-analyzer",
  about: `Answers a chat message and finds where on the journey the goal is: exploring, planning, acting, reviewing or achieved. For apps with a chat.

Driven by \`chat.process\`.`,
  work: `Reads the goal, or all goals of the user when the message names none. The phase follows from the goal's state and from the words in **Config**; words alone never make a goal achieved. The answer becomes an interaction in reply to the user's.`,
  llm: `Put a model after **Find Phase** that words \`reply\` from the goal, the phase and the message. Keep **Find Phase**: a model that is away then costs words only.`,
  steps: [
    config(
      {
        exploringWords: "idea, ideas, maybe, wonder, explore, dream, wish, unsure, what if",
        planningWords: "plan, planning, schedule, how, when, prepare, steps, deadline",
        actingWords: "started, doing, working, today, next, continue, practice, trying",
        reviewingWords: "review, progress, feedback, learned, look back, how am i doing, so far",
        achievedWords: "achieved, finished, completed, reached, made it, done it",
      },
      "Read Goals",
    ),
    call(
      "Read Goals",
      {
        method: "GET",
        path: `(${INPUT}.goalId ? ${goalPath()} : '/v1/users/' + encodeURIComponent(${INPUT}.userId) + '/goals')`,
      },
      { next: "Find Phase" },
    ),
    code(
      "Find Phase",
      "find-phase.js",
      `findPhase({ answer: ${outputOf("Read Goals")}, input: ${INPUT}, ${WITH_CONFIG} })`,
      { next: "Has The Phase Changed" },
    ),
    decide("Has The Phase Changed", "$json.hasChanged", { yes: "Write Phase", no: "Record Reply" }),
    call(
      "Write Phase",
      { method: "PUT", path: goalPath("/phase"), body: `{ phase: ${JOURNEY}.phase }` },
      { next: "Record Reply" },
    ),
    call(
      "Record Reply",
      {
        method: "POST",
        path: "'/v1/interactions'",
        body: `{ key: 'reply', userId: ${INPUT}.userId, goalId: ${INPUT}.goalId ?? undefined, kind: 'chat', content: ${JOURNEY}.reply, inReplyTo: ${INPUT}.interactionId ?? undefined }`,
      },
      { next: COMPLETE },
    ),
  ],
  result: `${JOURNEY}.result`,
};
