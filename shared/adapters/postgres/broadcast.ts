import pg from "pg";
import type { Broadcast, BroadcastHearer } from "#shared/caching/broadcast.ts";

const CHANNEL = "rainwire_caches";
const APPLICATION = "rainwire-caches";

export interface PostgresBroadcastOptions {
  connectionString: string;
  /** Sends while the listening connection is away. */
  pool: pg.Pool;
  /** Hears of a broken listening connection; it is made again by itself. */
  onError: (error: Error) => void;
}

export interface PostgresBroadcast extends Broadcast {
  close(): Promise<void>;
}

/** {@link Broadcast} over LISTEN/NOTIFY, on one connection of its own: PostgreSQL delivers in the order of commits. */
export async function postgresBroadcast(options: PostgresBroadcastOptions): Promise<PostgresBroadcast> {
  let hearer: BroadcastHearer | undefined;
  let client: pg.Client | undefined;
  let isClosed = false;
  let reconnect: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: options.connectionString,
      application_name: APPLICATION,
      pipeline: true,
      keepAlive: true,
      options: "-c synchronous_commit=off", // what is lost with the server has ended with its connections
    });
    const onBroken = (error?: Error) => {
      if (client !== next || isClosed) return;
      client = undefined;
      hearer?.down();
      options.onError(error ?? new Error("the connection of the caches ended"));
      reconnect = reconnectUntilBack();
    };
    next.on("error", onBroken);
    next.on("end", () => onBroken());
    next.on("notification", ({ payload }) => hearer?.hear(payload ?? ""));
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
    client = next;
    hearer?.up();
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

  await connect();
  return {
    async send(text) {
      await (client ?? options.pool).query("select pg_notify($1, $2)", [CHANNEL, text]);
    },
    listen(made) {
      hearer = made;
      if (client) made.up();
      return () => {
        hearer = undefined;
      };
    },
    async enlist(id) {
      // By the pool: this must outlive the server.
      await options.pool.query("insert into cache_processes (id) values ($1) on conflict do nothing", [id]);
      const { rows } = await options.pool.query<{ id: string }>("select id from cache_processes");
      return rows.map((row) => row.id);
    },
    async strike(ids) {
      await options.pool.query("delete from cache_processes where id = any($1::text[])", [ids]);
    },
    async close() {
      isClosed = true;
      const last = client;
      client = undefined;
      await reconnect;
      await last?.end().catch(() => undefined);
    },
  };
}
