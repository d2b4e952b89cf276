import { sql } from "#shared/database/sql.ts";

/** Key of the advisory lock under which the ledger changes: rolling up, pricing, closing, correcting. */
export const LEDGER_LOCK = 7_261_696_002;

/** First statement of a batch that changes the ledger; held until its end. */
export const lockLedger = () => sql`select pg_advisory_xact_lock(${LEDGER_LOCK}::bigint)`;

/**
 * For a statement over very many rows whose numbers the planner cannot know: room to hash them, and no joins that sort.
 * Until the end of the batch.
 */
export const forMany = () =>
  sql`select set_config('work_mem', '128MB', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`;
