import type { AgentDefinition } from "./build-workflow.ts";
import { ABOUT_GOAL, goalPath, readGoal, WITH_CONFIG } from "./goal-steps.ts";
import { COMPLETE, call, code, config, outputOf } from "./steps.ts";

const CHECK = outputOf("Check Goal");

export const goalCheckingAgent: AgentDefinition = {
  id: "goal-checking-agent",
  about: `Checks whether a goal is specific, measurable and timed. For apps that help users word good goals.

Driven by \`goal.validate\` and \`milestone.check\`.`,
  work: `Looks at the title's length, a number to measure by, the target date and the milestones, and writes the findings to the goal. Findings named in \`adviceCodes\` of **Config** do not make it invalid. \`milestone.check\` also answers what was found about its milestone.`,
  llm: `Put a model after **Check Goal** that judges whether the goal is attainable and relevant, and add its findings before **Write Validation**.`,
  steps: [
    config(
      {
        minTitleLength: 8,
        maxTitleLength: 120,
        numberWords:
          "one, two, three, four, five, six, seven, eight, nine, ten, half, double, daily, weekly, monthly, every",
        adviceCodes: "not_measurable, title_too_long, milestone_overdue",
      },
      "Read Goal",
    ),
    readGoal("Check Goal"),
    code("Check Goal", "check-goal.js", `checkGoal({ ${ABOUT_GOAL}, ${WITH_CONFIG} })`, { next: "Write Validation" }),
    call(
      "Write Validation",
      { method: "PUT", path: goalPath("/validation"), body: `${CHECK}.validation` },
      { next: COMPLETE },
    ),
  ],
  result: `${CHECK}.result`,
};
