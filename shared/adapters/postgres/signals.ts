import pg from "pg";
import { localSignals, type Signals } from "#shared/events/signals.ts";

const CHANNEL = "rainwire_signals";
/** NOTIFY takes a lock that serialises commits, so signals close to the last ones wait for company and travel together. */
const COALESCE_MS = 4;
/** PostgreSQL's limit is 8,000 bytes a payload. */
const TOPICS_PER_NOTIFY = 150;

export interface PostgresSignals extends Signals {
  close(): Promise<void>;
}

export interface PostgresSignalsOptions {
  connectionString: string;
  applicationName: string;
  /** Hears of a broken listening connection; it is made again by itself. */
  onError?: (error: Error) => void;
}

/** Signals over LISTEN/NOTIFY, on one connection of its own. Listeners of all topics are woken when it comes back. */
export async function postgresSignals(options: PostgresSignalsOptions): Promise<PostgresSignals> {
  const local = localSignals();
  const origin = Math.random().toString(36).slice(2, 10);
  const subscribed = new Map<string, number>();
  let pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let flushedAtMs = Number.NEGATIVE_INFINITY;
  let client: pg.Client | undefined;
  let isClosed = false;
  let reconnect: Promise<void> | undefined;

  const onNotification = (payload: string) => {
    const [sender, ...topics] = payload.split(" ");
    if (sender === origin) return;
    for (const topic of topics.length > 0 ? topics : [sender ?? ""]) local.publish(topic);
  };

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      pipeline: true,
      options: "-c synchronous_commit=off", // NOTIFY commits, and what is lost with the server needs no disk
    });
    const onBroken = (error?: Error) => {
      if (client !== next || isClosed) return;
      client = undefined;
      options.onError?.(error ?? new Error("the listening connection ended"));
      reconnect = reconnectUntilBack();
    };
    next.on("error", onBroken);
    next.on("end", () => onBroken());
    next.on("notification", ({ payload }) => onNotification(payload ?? ""));
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
    client = next;
    for (const topic of subscribed.keys()) local.publish(topic);
  }

  async function reconnectUntilBack(): Promise<void> {
    for (let waitMs = 50; !isClosed; waitMs = Math.min(waitMs * 2, 2000)) {
      try {
        return await connect();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async function flush(): Promise<void> {
    timer = undefined;
    flushedAtMs = performance.now();
    const topics = [...pending];
    pending = new Set();
    for (let i = 0; i < topics.length; i += TOPICS_PER_NOTIFY) {
      const payload = [origin, ...topics.slice(i, i + TOPICS_PER_NOTIFY)].join(" ");
      // A lost signal costs a wait, not a fact: whoever subscribes also looks now and then.
      await client?.query("select pg_notify($1, $2)", [CHANNEL, payload]).catch(() => undefined);
    }
  }

  await connect();
  return {
    publish(topic) {
      local.publish(topic);
      pending.add(topic);
      timer ??= setTimeout(flush, Math.max(0, flushedAtMs + COALESCE_MS - performance.now()));
    },
    subscribe(topic, listener) {
      subscribed.set(topic, (subscribed.get(topic) ?? 0) + 1);
      const unsubscribe = local.subscribe(topic, listener);
      return () => {
        const left = (subscribed.get(topic) ?? 1) - 1;
        if (left > 0) subscribed.set(topic, left);
        else subscribed.delete(topic);
        unsubscribe();
      };
    },
    async close() {
      clearTimeout(timer);
      await flush();
      isClosed = true;
      const last = client;
      client = undefined;
      await reconnect;
      await last?.end().catch(() => undefined);
    },
  };
}
