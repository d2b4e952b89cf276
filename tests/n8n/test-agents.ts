import { buildAgent } from "../../workflows/source/build-workflow.ts";
import type { N8nWorkflow } from "../../workflows/source/n8n-workflow.ts";
import { call, EXECUTION_ID, INPUT } from "../../workflows/source/steps.ts";

const about = { about: "A workflow of the tests.", work: "Its own work.", llm: "None." };

/** Claims its execution, then breaks: the error workflow must tell. */
export const breakingAgent: N8nWorkflow = buildAgent({
  id: "breaking-agent",
  ...about,
  steps: [
    {
      name: "Break",
      type: "n8n-nodes-base.code",
      typeVersion: 2,
      parameters: { jsCode: "throw new Error('the gears are stuck');" },
      next: [["Complete Execution"]],
      section: "work",
    },
  ],
  result: "{}",
});

/** Takes one effect, then stays at work for some seconds. */
export const slowAgent: N8nWorkflow = buildAgent({
  id: "slow-agent",
  ...about,
  steps: [
    call(
      "Take Effect",
      {
        method: "POST",
        path: "'/v1/interactions'",
        body: `{ key: 'effect', userId: ${INPUT}.userId, kind: 'service', content: 'effect of ' + ${EXECUTION_ID} }`,
      },
      { next: "Stay At Work" },
    ),
    {
      name: "Stay At Work",
      type: "n8n-nodes-base.wait",
      typeVersion: 1.1,
      parameters: { resume: "timeInterval", amount: 8, unit: "seconds" },
      next: [["Complete Execution"]],
      section: "work",
    },
  ],
  result: "{ stayed: true }",
});
