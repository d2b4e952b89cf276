import type { AgentDefinition } from "./build-workflow.ts";
import { ABOUT_GOAL, GOAL, goalPath, readGoal, WITH_CONFIG, writeProgress } from "./goal-steps.ts";
import { COMPLETE, call, code, config, decide, INPUT, outputOf } from "./steps.ts";

const REFLECTION = outputOf("Reflect On Goal");

export const reflectionAgent: AgentDefinition = {
  id: "reflection-agent",
  about: `Looks back at a goal. For apps that show progress and collect feedback.

Driven by \`progress.review\`, \`feedback.analyze\` and the event \`milestone.updated\`.`,
  work: `Reads the goal and its feedback, counts progress, compares the pace with the target date, and reads the tone of the feedback from the words in **Config**. Writes the progress, and a review unless a milestone changed in something else than its status.`,
  llm: `Put a model after **Read Feedback** for the tone of the feedback, or after **Reflect On Goal** to word the review from \`result.insights\`.`,
  steps: [
    config(
      {
        positiveWords: "good, great, love, helpful, easy, happy, excellent, progress, proud, motivated",
        negativeWords: "bad, poor, hate, useless, hard, sad, stuck, slow, tired, confusing, frustrated, overwhelmed",
        lowRating: 2,
        paceTolerancePercent: 10,
      },
      "Read Goal",
    ),
    readGoal("Read Feedback"),
    call("Read Feedback", { method: "GET", path: goalPath("/feedback") }, { next: "Reflect On Goal" }),
    code(
      "Reflect On Goal",
      "reflect.js",
      `reflect({ ${ABOUT_GOAL}, feedback: ${outputOf("Read Feedback")}, ${WITH_CONFIG} })`,
      { next: "Write Progress" },
    ),
    writeProgress("Reflect On Goal", "Is It Worth A Review"),
    decide("Is It Worth A Review", `${REFLECTION}.isWorthSaying`, { yes: "Record Review", no: COMPLETE }),
    call(
      "Record Review",
      {
        method: "POST",
        path: "'/v1/interactions'",
        body: `{ key: 'review', userId: ${GOAL}.userId, goalId: ${INPUT}.goalId, kind: 'review', content: ${REFLECTION}.review }`,
      },
      { next: COMPLETE },
    ),
  ],
  result: `${REFLECTION}.result`,
};
