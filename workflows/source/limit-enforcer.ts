import type { AgentDefinition } from "./build-workflow.ts";
import { RETRY } from "./step.ts";
import {
  COMPLETE,
  CONFIG,
  call,
  callParameters,
  code,
  config,
  decide,
  EXECUTION_ID,
  INPUT,
  outputOf,
  wait,
} from "./steps.ts";

const MEASURE = outputOf("Choose Measure");
const decisionPath = `'/v1/limits/incidents/' + encodeURIComponent(${INPUT}.incidentId) + '/decision'`;

export const limitEnforcer: AgentDefinition = {
  id: "limit-enforcer",
  about: `Decides what becomes of a caller that is refused again and again, or that tries many passwords. For operators.

Driven by \`limits.abuse_detected\`.`,
  work: `**Choose Measure** holds the rules: an address is blocked, longer each time; a key or a user is limited and its owners are told; an account under attack is for a person to decide. **Config** holds the figures. Rainwire puts a decision in force in every process within a second.

A person decides in Rainwire, where it counts at once. When nobody has after \`askSeconds\`, **Close Question** does what \`whenNobodyDecides\` says; what a person decided stays.`,
  llm: `Put a model before **Choose Measure** that reads the caller's recent requests and names the kind of abuse. Keep the rules: they decide, and a model that is away costs nothing.`,
  steps: [
    config(
      {
        blockSeconds: 600,
        longestBlockSeconds: 86_400,
        limitPerMinute: 60,
        limitSeconds: 3_600,
        askSeconds: 1_800,
        whenNobodyDecides: "dismiss",
      },
      "Choose Measure",
    ),
    code("Choose Measure", "choose-measure.js", `chooseMeasure({ input: ${INPUT}, config: ${CONFIG} })`, {
      next: "Write Decision",
    }),
    call(
      "Write Decision",
      { method: "PUT", path: decisionPath, body: `${MEASURE}.decision` },
      { next: "Is A Person Asked" },
    ),
    decide("Is A Person Asked", `${MEASURE}.decision.decision === 'ask'`, { yes: "Report Waiting", no: COMPLETE }),
    {
      name: "Report Waiting",
      type: "n8n-nodes-base.httpRequest",
      typeVersion: 4.5,
      parameters: callParameters({
        method: "POST",
        path: `'/v1/executions/' + ${EXECUTION_ID} + '/result'`,
        body: `{ attempt: ${outputOf("Read Delivery")}.attempt, status: 'waiting', untilSeconds: ${CONFIG}.askSeconds + 600 }`,
      }),
      next: [["Wait For Person"]],
      section: "work",
      retry: RETRY,
    },
    wait("Wait For Person", `${CONFIG}.askSeconds`, { next: "Close Question" }),
    call("Close Question", { method: "PUT", path: decisionPath, body: `${MEASURE}.fallback` }, { next: COMPLETE }),
  ],
  result: `{ incidentId: $json.id, status: $json.status, decidedBy: $json.decidedBy, reason: $json.reason }`,
};
