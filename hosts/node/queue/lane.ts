import { type Decided, decide } from "#hosts/running/queue/decide.ts";
import type { Leased, QueueConsumer, QueueLog, Settlement } from "#hosts/running/queue/message.ts";

/** One queue in this process: its messages between the claim and the settlement. */
export interface Lane {
  readonly consumer: QueueConsumer;
  /** Messages it could start or collect at once. */
  room(): number;
  accept(messages: Leased[]): void;
  /** Messages claimed and not yet settled in the database, with the time their lease was last set. */
  readonly held: Map<string, { message: Leased; leasedAtMs: number }>;
  /** Takes back what no handler has seen. */
  takeUnstarted(): Leased[];
  /** Resolves when no handler runs. */
  idle(): Promise<void>;
  readonly callCount: number;
}

export interface LaneOptions {
  consumer: QueueConsumer;
  settle(message: Leased, decided: Decided): void;
  /** A handler call ended: there is room again. */
  onRoom(): void;
  log: QueueLog;
}

export function createLane({ consumer, settle, onRoom, log }: LaneOptions): Lane {
  const { batchSize, maxWaitMs, attempts, concurrency } = consumer.settings;
  const held: Lane["held"] = new Map();
  let waiting: Leased[] = [];
  let calls = 0;
  let fillTimer: NodeJS.Timeout | undefined;
  let isTimeUp = false;
  const onIdle: (() => void)[] = [];

  function start(): void {
    while (calls < concurrency && waiting.length > 0) {
      if (waiting.length < batchSize && maxWaitMs > 0 && !isTimeUp) {
        fillTimer ??= setTimeout(() => {
          fillTimer = undefined;
          isTimeUp = true;
          start();
        }, maxWaitMs);
        return;
      }
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      if (waiting.length === 0) {
        clearTimeout(fillTimer);
        fillTimer = undefined;
        isTimeUp = false;
      }
      calls++;
      call(batch).then(() => {
        calls--;
        start();
        onRoom();
        if (calls === 0) for (const resolve of onIdle.splice(0)) resolve();
      });
    }
  }

  /** Never rejects: whatever the handler does, every message of the batch is settled. */
  async function call(batch: Leased[]): Promise<void> {
    let settlements: Map<string, Settlement>;
    let failure: string | undefined;
    try {
      settlements = await consumer.handle(batch);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      settlements = new Map();
      log.error("queue: a handler failed; its messages are tried again", { queue: consumer.queue, error: failure });
    }
    for (const message of batch) {
      const settlement: Settlement =
        failure === undefined
          ? (settlements.get(message.id) ?? { outcome: "ack" })
          : { outcome: "retry", error: failure };
      settle(message, decide(settlement, message.attempts, attempts));
    }
  }

  return {
    consumer,
    held,
    get callCount() {
      return calls;
    },
    room: () => Math.max(0, (concurrency - calls) * batchSize - waiting.length),
    accept(messages) {
      const leasedAtMs = performance.now();
      for (const message of messages) {
        held.set(message.id, { message, leasedAtMs });
        if (message.attempts > attempts) {
          // Its last holder ended without a word, and that was the last attempt.
          settle(message, { outcome: "dead", reason: "attempts_exhausted", detail: "the process that held it ended" });
        } else waiting.push(message);
      }
      start();
    },
    takeUnstarted() {
      clearTimeout(fillTimer);
      fillTimer = undefined;
      return waiting.splice(0);
    },
    idle: () => (calls === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}
