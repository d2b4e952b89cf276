/** A message with the way that it takes: the chat of the Config node, else mail; none when it went out before. */
export function addressMessage(message, notice, config) {
  let channel = notice.recipients.length > 0 ? "mail" : "nobody";
  if (config.chatWebhookUrl !== "") channel = "chat";
  if (notice.sentAt !== null) channel = "already_sent";
  const result = { noticeId: notice.id, channel, subject: message.subject };
  return { ...message, to: notice.recipients.join(", "), channel, result };
}
