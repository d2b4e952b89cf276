import type { AgentDefinition } from "./build-workflow.ts";
import { COMPLETE, call, code, INPUT, outputOf, route } from "./steps.ts";

const SERVICE = "$('Describe Service')";
const DESCRIBED = `(${SERVICE}.isExecuted ? ${SERVICE} : $('Describe Other Action')).first().json`;

export const integrationAgent: AgentDefinition = {
  id: "integration-agent-v2",
  about: `Takes requests for services, and every action that has no workflow of its own. For teams that connect further systems.

Driven by \`service.activate\` and the fallback \`*\`.`,
  work: `Records what was asked for as a \`service\` interaction; settings that look like secrets are not repeated. **To connect a service**, put its nodes between **Describe Service** and **Record Request**; to do another action, add an output to **Route Action**.`,
  llm: `Put a model on the output *Anything else* of **Route Action** that chooses which of your services an action is meant for.`,
  steps: [
    route("Route Action", `${INPUT}.action ?? ''`, { "service.activate": "Describe Service" }, "Describe Other Action"),
    code("Describe Service", "describe-service.js", `describeService(${INPUT})`, { next: "Record Request" }),
    code(
      "Describe Other Action",
      "describe-other.js",
      `describeOther(${INPUT}, ${outputOf("Claim Execution")}.trigger)`,
      { next: "Record Request", row: 1 },
    ),
    call(
      "Record Request",
      {
        method: "POST",
        path: "'/v1/interactions'",
        body: `{ key: 'service', userId: ${INPUT}.userId, goalId: ${INPUT}.goalId ?? undefined, kind: 'service', content: $json.content }`,
      },
      { next: COMPLETE },
    ),
  ],
  result: `${DESCRIBED}.result`,
};
