import type { AgentDefinition } from "./build-workflow.ts";
import { GOAL, goalPath, readGoal, WITH_CONFIG } from "./goal-steps.ts";
import { COMPLETE, call, code, config, decide, outputOf } from "./steps.ts";

const PLAN = outputOf("Plan Milestones");

const STAGES = [
  "Describe how “{title}” looks when it is reached",
  "Gather what “{title}” needs",
  "Take the first step",
  "Reach the halfway mark",
  "Finish “{title}” and look back",
].join("\n");

export const planningAgent: AgentDefinition = {
  id: "planning-agent",
  about: `Gives a goal its plan. For apps whose users set goals.

Driven by \`goal.create\`, \`goal.update\` and \`milestone.create\`. A goal with open milestones keeps its plan.`,
  work: `Reads the goal. Bullet lines of its description become milestones, else its sentences, else the stages in **Config**; their due dates spread evenly up to the target date. Keys make a repeated write harmless.`,
  llm: `Put a model between **Read Goal** and **Plan Milestones**, ask for three to six steps as a list, and give its text to the Code node as the description.`,
  steps: [
    config({ minSteps: 3, maxSteps: 6, stages: STAGES }, "Read Goal"),
    readGoal("Plan Milestones"),
    code("Plan Milestones", "plan-milestones.js", `planMilestones({ goal: ${GOAL}, ${WITH_CONFIG} })`, {
      next: "Are There New Milestones",
    }),
    decide("Are There New Milestones", "$json.milestones.length > 0", { yes: "Write Milestones", no: "Write Phase" }),
    call(
      "Write Milestones",
      { method: "POST", path: goalPath("/milestones"), body: `{ milestones: ${PLAN}.milestones }` },
      { next: "Write Phase" },
    ),
    call(
      "Write Phase",
      { method: "PUT", path: goalPath("/phase"), body: `{ phase: ${PLAN}.phase }` },
      { next: COMPLETE },
    ),
  ],
  result: `${PLAN}.result`,
};
