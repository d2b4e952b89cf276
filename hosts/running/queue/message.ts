export interface QueueSettings {
  /** Messages a handler call gets at most. */
  batchSize: number;
  /** How long a batch may wait to fill; 0 hands over at once what is there. */
  maxWaitMs: number;
  /** Deliveries at most; the message that spent them all becomes a dead letter. */
  attempts: number;
  /** Handler calls in flight in this process. */
  concurrency: number;
  /** How long a silent holder keeps a message; it is renewed while the handler runs. 30,000 unless told. */
  leaseMs?: number;
}

/** A message that this process holds. An event's body is `{ eventId }`. */
export interface LeasedMessage {
  id: string;
  body: unknown;
  /** 1 on the first delivery. */
  attempts: number;
  enqueuedAt: Date;
  tenantId: string | null;
}

/** A leased message, with what its settlement needs to know. */
export interface Leased extends LeasedMessage {
  queue: string;
  subject: string | null;
  subjectVersion: number | null;
}

export type Settlement =
  | { outcome: "ack" }
  | { outcome: "retry"; delayMs?: number; error?: string; isAttemptSpent?: boolean } // false: gives the attempt back
  | { outcome: "dead"; reason: string; detail?: string };

export interface QueueConsumer {
  queue: string;
  settings: QueueSettings;
  /** Answers by message id; a message it does not mention is done. When it throws, all of them are tried again. */
  handle(messages: LeasedMessage[]): Promise<Map<string, Settlement>>;
}

export interface QueueLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
