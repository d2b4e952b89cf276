import type pg from "pg";
import type { Decided } from "#hosts/running/queue/decide.ts";
import type { Leased, QueueLog } from "#hosts/running/queue/message.ts";
import { type Settled, settleParameters } from "#hosts/running/queue/settle-parameters.ts";

export interface Settler {
  settle(message: Leased, decided: Decided): void;
  /** Messages settled but not yet so in the database. */
  readonly pendingCount: number;
  /** Resolves when everything is written, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export interface SettlerOptions {
  pool: pg.Pool;
  processId: number;
  log: QueueLog;
  /** Hears of the messages that are settled now, and when one of them, or a successor, can be claimed at the soonest. */
  onSettled(messages: Leased[], claimableInMs: number | undefined): void;
}

const MOST_PER_STATEMENT = 5000;

/**
 * Writes settlements. One statement is under way at a time and takes with it whatever was settled since the last: alone
 * a settlement leaves at once, in a crowd hundreds share a commit. Tries again until PostgreSQL is back.
 */
export function createSettler({ pool, processId, log, onSettled }: SettlerOptions): Settler {
  let waiting: Settled[] = [];
  let underWay: Settled[] = [];
  let flushing: Promise<void> | undefined;
  let isHopeless = false;

  async function flush(): Promise<void> {
    await Promise.resolve(); // whatever the same handler call settles travels along
    while (waiting.length > 0 && !isHopeless) {
      underWay = waiting.slice(0, MOST_PER_STATEMENT);
      waiting = waiting.slice(MOST_PER_STATEMENT);
      const fetched = await write(underWay);
      const settled = underWay;
      underWay = [];
      if (fetched === undefined) return;
      onSettled(
        settled.map((entry) => entry.message),
        fetched > 0 ? 0 : soonestRetryMs(settled),
      );
    }
    flushing = undefined;
  }

  async function write(entries: Settled[]): Promise<number | undefined> {
    const values = settleParameters(processId, entries);
    for (let waitMs = 50, isLogged = false; !isHopeless; waitMs = Math.min(waitMs * 2, 1000)) {
      try {
        const { rows } = await pool.query<{ fetched: number }>({
          name: "rainwire_settle",
          text: "select rainwire_settle($1, $2, $3, $4) as fetched",
          values,
        });
        return rows[0]?.fetched ?? 0;
      } catch (error) {
        if (!isLogged) log.warn("queue: settlements wait until PostgreSQL takes them", { error: String(error) });
        isLogged = true;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
    return undefined;
  }

  return {
    settle(message, decided) {
      waiting.push({ message, decided });
      flushing ??= flush();
    },
    get pendingCount() {
      return waiting.length + underWay.length;
    },
    async drain(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          isHopeless = true;
          resolve();
        }, timeoutMs);
      });
      await Promise.race([flushing, timeout]);
      clearTimeout(timer);
    },
  };
}

function soonestRetryMs(entries: Settled[]): number | undefined {
  const delaysMs = entries.flatMap(({ decided }) => (decided.outcome === "retry" ? [decided.delayMs] : []));
  return delaysMs.length > 0 ? Math.min(...delaysMs) : undefined;
}
