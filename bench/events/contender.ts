/** One way to bring events to a webhook receiver. */
export interface Contender {
  readonly name: string;
  /** How it is set up, for whoever doubts the figures. */
  readonly settings: string;
  /** What the producer needs beside the database. */
  readonly redisUrl?: string;
  readonly tenants: string[];
  /** Verifies what it signs, where one secret signs all. */
  readonly secret?: string | undefined;
  /** Events or jobs that it has still to record as done. Absent: some never are, since receivers are dead. */
  unsettledCount?: (() => Promise<number>) | undefined;
  /** Its processes beside PostgreSQL, by name: their CPU time is counted. */
  readonly pids: Readonly<Record<string, number>>;
  close(): Promise<void>;
}
