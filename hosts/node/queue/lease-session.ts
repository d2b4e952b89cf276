import pg from "pg";
import type { QueueLog } from "#hosts/running/queue/message.ts";

/** First key of the advisory lock that a living process holds; the second is its id. "rain" in ASCII. */
export const PROCESS_LOCK_CLASS = 0x7261696e;

/**
 * The connection that claims. It holds an advisory lock on the process id, so the lock goes when the process does, and
 * no message is claimed without it.
 */
export interface LeaseSession {
  /** The connection while it lives, else undefined: it is being made again. */
  readonly client: pg.Client | undefined;
  /** When the connection was last made again, in ms of `performance.now()`; undefined while it is the first. */
  readonly backSinceMs: number | undefined;
  close(): Promise<void>;
}

export interface LeaseSessionOptions {
  connectionString: string;
  processId: number;
  host: string;
  log: QueueLog;
  onBack(): void;
}

/** @throws when PostgreSQL is not there at the start; later it is awaited for ever */
export async function openLeaseSession(options: LeaseSessionOptions): Promise<LeaseSession> {
  const { connectionString, processId, host, log, onBack } = options;
  let client: pg.Client | undefined;
  let backSinceMs: number | undefined;
  let isClosed = false;
  let reconnecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString,
      application_name: "rainwire-queue",
      // A claim that a crash of PostgreSQL forgets is made again; whatever was done under it and recorded lies behind it
      // in the log, and has made it durable. So no message waits for the disk before it is handed out.
      options: "-c rainwire.wakes=host -c timezone=UTC -c synchronous_commit=off",
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 30_000, // a partition that drops packets must not hold the claims up for ever
    });
    const onBroken = (error?: Error) => {
      if (client !== next || isClosed) return;
      client = undefined;
      log.warn("queue: PostgreSQL went away; claiming goes on when it is back", { error: error?.message });
      reconnecting = reconnect();
    };
    next.on("error", onBroken);
    next.on("end", () => onBroken());
    try {
      await next.connect();
      await next.query("select pg_advisory_lock($1, $2)", [PROCESS_LOCK_CLASS, processId]);
      await next.query("insert into host_processes (id, host) values ($1, $2) on conflict (id) do nothing", [
        processId,
        host,
      ]);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
  }

  async function reconnect(): Promise<void> {
    for (let waitMs = 50; !isClosed; waitMs = Math.min(waitMs * 2, 1000)) {
      try {
        await connect();
        backSinceMs = performance.now();
        log.info("queue: PostgreSQL is back");
        onBack();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  await connect();
  return {
    get client() {
      return client;
    },
    get backSinceMs() {
      return backSinceMs;
    },
    async close() {
      isClosed = true;
      await reconnecting;
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
