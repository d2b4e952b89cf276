/** Cloudflare Queues: an operation for each 64 KB (1 KB = 1,000 bytes) written, read or deleted. */
const CHUNK_BYTES = 64_000;
/** What the service adds to each message. */
const METADATA_BYTES = 100;

/**
 * Operations that one delivery of a message costs (developers.cloudflare.com/queues/platform/pricing): each try is a
 * read, and the first one accounts for the write before it; `ok` deletes; `dead` writes to the dead letters and deletes.
 */
export function queueOperations(bytes: number, attempts: number, outcome: "ack" | "retry" | "dead"): number {
  const chunks = Math.max(1, Math.ceil((bytes + METADATA_BYTES) / CHUNK_BYTES));
  const times = 1 + (attempts <= 1 ? 1 : 0) + { ack: 1, retry: 0, dead: 2 }[outcome];
  return chunks * times;
}
