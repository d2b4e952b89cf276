import type { AgentDefinition } from "./build-workflow.ts";
import { SENT, sendNotice } from "./send-notice.ts";

export const budgetAlert: AgentDefinition = {
  id: "budget-alert",
  about: `Tells those who watch a budget that a threshold of it is crossed, by what was spent or by the forecast. For finance and for each tenant.

Driven by \`costs.budget_crossed\`, which comes once per budget, month and threshold. By mail it needs the credential \`Rainwire SMTP\`; **mailFrom** in **Config** is its sender.`,
  work: `Asks Rainwire who is to know and whether it was told already, writes the message, and sends it by mail, or to a chat when **chatWebhookUrl** in **Config** names an incoming webhook (Slack, Mattermost, Google Chat: a \`text\`). Then it is marked as sent: no other run sends it again. **To stop spending**, put a step that does so before **Write Message**.`,
  llm: `Put a model after **Write Message** that reads the month's changes of cost and names the likely cause; keep the figures as they are.`,
  steps: sendNotice("write-budget-alert.js", "writeBudgetAlert"),
  result: SENT,
};
