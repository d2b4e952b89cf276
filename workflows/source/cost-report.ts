import type { AgentDefinition } from "./build-workflow.ts";
import { SENT, sendNotice } from "./send-notice.ts";

export const costReport: AgentDefinition = {
  id: "cost-report",
  about: `Sends the monthly cost report: what was spent, what moved most, how the budgets stand. For finance and for each tenant.

Driven by \`costs.report_ready\`. By mail it needs the credential \`Rainwire SMTP\`; **mailFrom** in **Config** is its sender.`,
  work: `Asks Rainwire who is to have the report and whether it went out already, writes it, and sends it by mail, or to a chat when **chatWebhookUrl** in **Config** names an incoming webhook (Slack, Mattermost, Google Chat: a \`text\`). Then it is marked as sent: no other run sends it again. A mail that is refused stops the run with the mail server's words.`,
  llm: `Put a model after **Write Message** that says in two sentences what a reader should look at; keep the figures as they are.`,
  steps: sendNotice("write-cost-report.js", "writeCostReport"),
  result: SENT,
};
