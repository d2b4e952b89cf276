/**
 * How the producer sends an event: `emit` by itself, which Rainwire may commit with others; `emit` in a batch of its own;
 * the row, then the job; or the row and an outbox row, which a relay turns into the job.
 */
export type Way = { name: "emit" | "batch" } | { name: "row, then job" | "relayed"; redisUrl: string };

/** One way to bring events to a webhook receiver. */
export interface Contender {
  readonly name: string;
  /** How it is set up, for whoever doubts the figures. */
  readonly settings: string;
  /** How events are sent. */
  readonly way: Way;
  readonly tenants: string[];
  /** Verifies what it signs, where one secret signs all. */
  readonly secret?: string | undefined;
  /** Events or jobs that it has still to record as done. Absent: some never are, since receivers are dead. */
  unsettledCount?: (() => Promise<number>) | undefined;
  /** Its processes beside PostgreSQL, by name: their CPU time is counted. */
  readonly pids: Readonly<Record<string, number>>;
  close(): Promise<void>;
}
