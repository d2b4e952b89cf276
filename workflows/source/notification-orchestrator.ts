import type { AgentDefinition } from "./build-workflow.ts";
import { COMPLETE, call, code, decide, INPUT, outputOf } from "./steps.ts";

const OUTCOMES = outputOf("Read Outcomes");

export const notificationOrchestrator: AgentDefinition = {
  id: "notification-orchestrator",
  about: `Delivers a notification to its user. For apps that notify.

Driven by \`notification.send\`.`,
  work: `Asks Rainwire to deliver, which tries each channel that it has and answers with the outcome of each. A notification that reached no channel completes as failed. **For another channel**, such as mail or Slack, put its node before **Deliver Notification**.`,
  llm: `Put a model before **Deliver Notification** that decides whether the user should be disturbed now, or shortens the text for a channel.`,
  steps: [
    call(
      "Deliver Notification",
      {
        method: "POST",
        path: `'/v1/notifications/' + encodeURIComponent(${INPUT}.notificationId) + '/deliver'`,
      },
      { next: "Read Outcomes" },
    ),
    code("Read Outcomes", "read-outcomes.js", `readOutcomes({ input: ${INPUT}, answer: $input.first().json })`, {
      next: "Was It Delivered",
    }),
    decide("Was It Delivered", "$json.isDelivered", { yes: COMPLETE, no: "Fail Execution" }),
  ],
  result: `${OUTCOMES}.result`,
};
