import { type Statement, sql } from "./sql.ts";

/**
 * The first statement of a batch that need not survive a crash of PostgreSQL itself: its commit does not wait for the
 * disk, so that the row lock everybody waits for is held for a millisecond instead of a flush. A crash of PostgreSQL
 * may forget the batches of the last 600 ms, whole and the latest first; one of the host forgets nothing. Only for
 * bookkeeping that is found again and told to nobody. (PostgreSQL 18, "Asynchronous Commit")
 */
export const relaxedCommit: Statement = sql`select set_config('synchronous_commit', 'off', true)`;
