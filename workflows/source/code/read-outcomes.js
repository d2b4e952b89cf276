/** Which channels a notification went to; it failed when it reached none. */
export function readOutcomes({ input, answer }) {
  const channels = (answer.channels ?? []).map(({ channel, status, detail }) => ({
    channel,
    status,
    ...(detail == null ? {} : { detail }),
  }));
  const delivered = channels.filter(({ status }) => status === "delivered").map(({ channel }) => channel);
  const list = channels.map(({ channel, detail, status }) => `${channel}: ${detail ?? status}`).join("; ");
  return {
    isDelivered: delivered.length > 0,
    reason: `The notification reached no channel (${list || "there is none"}).`,
    result: { notificationId: input.notificationId, delivered, channels },
  };
}
