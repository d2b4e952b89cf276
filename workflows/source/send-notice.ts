import type { Step } from "./step.ts";
import { HTTP_TIMEOUT_MS, RETRY } from "./step.ts";
import { COMPLETE, CONFIG, call, code, config, EXPLAIN, expression, INPUT, outputOf, route } from "./steps.ts";

const MESSAGE = outputOf("Write Message");
const noticePath = (rest = "''") => `'/v1/cost-notices/' + encodeURIComponent(${INPUT}.noticeId) + ${rest}`;

/** What a notice's run results in. */
export const SENT = `${MESSAGE}.result`;

/**
 * Sends a notice to those whom it concerns, once: read, write, send by mail or chat, mark as sent. A notice that is
 * marked is not sent again, whichever run asks.
 * @param file of code/, with the function `makes` that writes and addresses the message
 */
export const sendNotice = (file: string, makes: string): [Step, ...Step[]] => [
  config({ mailFrom: "Rainwire <rainwire@localhost>", chatWebhookUrl: "" }, "Read Notice"),
  call("Read Notice", { method: "GET", path: noticePath() }, { next: "Write Message" }),
  code("Write Message", file, `${makes}({ input: ${INPUT}, notice: $input.first().json, config: ${CONFIG} })`, {
    next: "Choose Channel",
  }),
  route("Choose Channel", "$json.channel", { mail: "Send Mail", chat: "Post To Chat" }, COMPLETE),
  {
    name: "Send Mail",
    type: "n8n-nodes-base.emailSend",
    typeVersion: 2.1,
    parameters: {
      fromEmail: expression(`${CONFIG}.mailFrom`),
      toEmail: expression("$json.to"),
      subject: expression("$json.subject"),
      emailFormat: "both",
      text: expression("$json.text"),
      html: expression("$json.html"),
      options: { appendAttribution: false },
    },
    credentials: { smtp: { id: "rainwireSmtp0001", name: "Rainwire SMTP" } },
    next: [["Mark Sent"], [EXPLAIN]],
    section: "work",
    hasErrorOutput: true,
    isWebhook: true,
  },
  {
    name: "Post To Chat",
    type: "n8n-nodes-base.httpRequest",
    typeVersion: 4.5,
    parameters: {
      method: "POST",
      url: expression(`${CONFIG}.chatWebhookUrl`),
      sendBody: true,
      contentType: "json",
      specifyBody: "json",
      jsonBody: expression("JSON.stringify({ text: $json.subject + '\\n\\n' + $json.text })"),
      options: { timeout: HTTP_TIMEOUT_MS },
    },
    next: [["Mark Sent"], [EXPLAIN]],
    section: "work",
    row: 1,
    retry: RETRY,
    hasErrorOutput: true,
  },
  call(
    "Mark Sent",
    { method: "PUT", path: noticePath("'/sent'"), body: `{ channel: ${MESSAGE}.channel }` },
    { next: COMPLETE },
  ),
];
