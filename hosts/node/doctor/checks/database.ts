import { join } from "node:path";
import { appliedMigrations, readMigrations } from "#hosts/starting/migrate.ts";
import { sql } from "#shared/database/sql.ts";
import { broken, type Check, NEEDS_DATABASE, ok, warn } from "../check.ts";

const CLOCK_WARN_MS = 1_000;
/** Webhook signatures and tokens tolerate five minutes; a minute leaves room. */
const CLOCK_FAIL_MS = 60_000;

export const reachable: Check = {
  name: "database",
  async run({ database, databaseError, isEmbedded }) {
    if (database === undefined) {
      if (databaseError === undefined) return warn("the embedded PostgreSQL is not running", "`npm start` starts it.");
      const mend = isEmbedded
        ? "See the log in the data directory's postgres/cluster."
        : "Check DATABASE_URL and that the server takes connections from here.";
      return broken(`does not answer: ${databaseError}`, mend);
    }
    const startedMs = performance.now();
    const [row] = await database.query(
      sql<{ version: string }>`select split_part(current_setting('server_version'), ' ', 1) as version`,
    );
    const ms = (performance.now() - startedMs).toFixed(1);
    return ok(`${isEmbedded ? "embedded" : "from DATABASE_URL"}, PostgreSQL ${row?.version}, answers in ${ms} ms`);
  },
};

export const migrations: Check = {
  name: "migrations",
  needsDatabase: true,
  async run({ pool, rootDir }) {
    const client = await pool?.connect();
    if (!client) return NEEDS_DATABASE;
    const applied = await appliedMigrations(client).finally(() => client.release());
    const files = await readMigrations(join(rootDir, "migrations"));
    const known = new Map(files.map(({ name, sha256 }) => [name, sha256]));
    const foreign = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name);
    if (foreign.length > 0)
      return broken(
        `the database has ${foreign.join(", ")}, which this checkout lacks`,
        "Run the newer Rainwire that made them.",
      );
    const changed = applied.filter(({ name, sha256 }) => known.get(name) !== sha256).map(({ name }) => name);
    if (changed.length > 0)
      return broken(
        `${changed.join(", ")} changed after being applied`,
        "Restore the files; put the change into a new migration.",
      );
    const pending = files.filter(({ name }) => !applied.some((one) => one.name === name)).map(({ name }) => name);
    return pending.length > 0
      ? warn(`pending: ${pending.join(", ")}`, "`npm start` applies them.")
      : ok(`all ${applied.length} applied`);
  },
};

export const databaseClock: Check = {
  name: "clock: database",
  needsDatabase: true,
  async run({ database }) {
    const askedAtMs = Date.now();
    const rows = await database?.query(
      sql<{ nowMs: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms`,
    );
    const middleMs = (askedAtMs + Date.now()) / 2;
    return judgeClock((rows?.[0]?.nowMs ?? middleMs) - middleMs, "the database");
  },
};

/** What a clock that is `aheadMs` ahead of this machine's means. */
export function judgeClock(aheadMs: number, whose: string) {
  const away = Math.abs(aheadMs);
  const says = `${whose} is ${away < 1000 ? `${Math.round(away)} ms` : `${(away / 1000).toFixed(1)} s`} ${aheadMs >= 0 ? "ahead of" : "behind"} this machine`;
  const mend = "Set both clocks by NTP: signatures, tokens and leases compare them.";
  if (away > CLOCK_FAIL_MS) return broken(says, mend);
  return away > CLOCK_WARN_MS ? warn(says, mend) : ok(says);
}
