/** The task that the layout adds: without it an outbox row whose writer was cut off would wait for the next writer. */
export const RELAY_TASK = "relay-outbox";

const BLOCK = `
  // Added by "npm run build:raindrop": sends tickets for the rows of the outbox that are due.
  task "${RELAY_TASK}" {
    type = "cron"
    cron = "* * * * *"
  }
`;

/** The manifest's text with the task as its last block. */
export function withRelayTask(manifestText: string): string {
  const end = manifestText.lastIndexOf("}");
  if (end === -1) throw new Error("The manifest has no application block to add a task to.");
  return `${manifestText.slice(0, end).trimEnd()}\n${BLOCK}${manifestText.slice(end)}`;
}
