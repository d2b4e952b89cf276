/** The task that the layout adds: without it an outbox row whose writer was cut off would wait for the next writer. */
export const RELAY_TASK = "relay-outbox";
/** The service that the layout adds: QStash delivers to it, where QUEUES says so. */
export const TICKETS_SERVICE = "tickets";

const BLOCKS = `
  // Added by "npm run build:raindrop": sends tickets for the rows of the outbox that are due.
  task "${RELAY_TASK}" {
    type = "cron"
    cron = "* * * * *"
  }

  // Added by "npm run build:raindrop": takes the tickets that QStash delivers, where QUEUES is "qstash".
  service "${TICKETS_SERVICE}" { visibility = "public" }
`;

/** Whether the layout brings this handler, and not the manifest. */
export const isOwn = (name: string): boolean => name === RELAY_TASK || name === TICKETS_SERVICE;

/** The manifest's text with the layout's own handlers as its last blocks. */
export function withOwnHandlers(manifestText: string): string {
  const end = manifestText.lastIndexOf("}");
  if (end === -1) throw new Error("The manifest has no application block to add a task to.");
  return `${manifestText.slice(0, end).trimEnd()}\n${BLOCKS}${manifestText.slice(end)}`;
}
