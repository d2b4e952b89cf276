import { queueChunks } from "./quantities.ts";

/**
 * Operations that one delivery of a message costs on Cloudflare Queues: each try is a read, and the first one accounts
 * for the write before it; an ack deletes; a dead letter is written and the message deleted.
 */
export function queueOperations(bytes: number, attempts: number, outcome: "ack" | "retry" | "dead"): number {
  const times = 1 + (attempts <= 1 ? 1 : 0) + { ack: 1, retry: 0, dead: 2 }[outcome];
  return Number(queueChunks(BigInt(bytes))) * times;
}
