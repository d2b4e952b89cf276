import type { AgentDefinition } from "./build-workflow.ts";
import { ABOUT_GOAL, goalPath, readGoal, writeProgress } from "./goal-steps.ts";
import { COMPLETE, call, code, decide, INPUT, outputOf } from "./steps.ts";

const TASK = outputOf("Advance Task");

export const executionAgent: AgentDefinition = {
  id: "execution-agent",
  about: `Takes a step of a plan. For apps whose users work through milestones.

Driven by \`task.execute\`.`,
  work: `Finds the milestone (the named one, else the one in progress, else the first pending one), marks it, writes the goal's progress and suggests the next step. A note becomes an interaction: a \`review\` when the milestone is done, else a \`service\` note.`,
  llm: `Put a model after **Advance Task** that words \`result.suggestion\` for the user, or one with tools that does the task itself before **Mark Milestone**.`,
  steps: [
    readGoal("Advance Task"),
    code("Advance Task", "advance-task.js", `advanceTask({ ${ABOUT_GOAL} })`, { next: "Is There A Milestone" }),
    decide("Is There A Milestone", "$json.milestoneId !== null", { yes: "Mark Milestone", no: "Write Progress" }),
    call(
      "Mark Milestone",
      {
        method: "PATCH",
        path: `${goalPath("/milestones/")} + encodeURIComponent(${TASK}.milestoneId)`,
        body: `{ status: ${TASK}.status }`,
      },
      { next: "Write Progress" },
    ),
    writeProgress("Advance Task", "Was A Note Given"),
    decide("Was A Note Given", `${TASK}.note !== ''`, { yes: "Record Note", no: COMPLETE }),
    call(
      "Record Note",
      {
        method: "POST",
        path: "'/v1/interactions'",
        body: `{ key: 'note', userId: ${INPUT}.userId, goalId: ${INPUT}.goalId, kind: ${TASK}.noteKind, content: ${TASK}.note }`,
      },
      { next: COMPLETE },
    ),
  ],
  result: `${TASK}.result`,
};
