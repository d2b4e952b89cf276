import pg from "pg";
import { parseInstant } from "./instant.ts";

/** int8 as a number: our versions, counts and sequences stay below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
/** A date is a day, not an instant: PostgreSQL's own text, `2026-11-20`. */
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, parseInstant);

export interface PoolOptions {
  connectionString: string;
  applicationName: string;
  /** Connections at most. */
  max: number;
  /** Who wakes the hosts after a write. Default: the writer, as a host does; a tool leaves it to the triggers. */
  wakes?: "host" | "trigger";
}

/** A pool whose writes are woken by the host after their commit (see `rainwire_wake` in the migrations). */
export function createPool({ connectionString, applicationName, max, wakes = "host" }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: applicationName,
    max,
    options: `-c rainwire.wakes=${wakes} -c timezone=UTC`,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 10_000,
    pipeline: true,
  });
  // A connection that breaks is dropped by the pool, and its queries reject; without a listener, on the pool for the idle
  // ones and on each that is lent out, the process would end.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
