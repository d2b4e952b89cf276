import { type Statement, sql } from "./sql.ts";

/**
 * Aborts the batch with guard `code` unless `condition` holds. Zero rows do not abort a batch by themselves, so a
 * guarded write is wrapped: `ensure("gone", sql`exists (select from hit)`, sql`hit as (update … returning 1)`)`.
 */
export function ensure(code: string, condition: Statement, withClause?: Statement): Statement<{ ensure: null }> {
  const check = sql<{ ensure: null }>`select rainwire_ensure((${condition}), ${code}) as ensure`;
  if (!withClause) return check;
  const statement = sql<{ ensure: null }>`with ${withClause} ${check}`;
  return statement;
}

/** Runs a data-changing statement (with its own `returning`) that must hit at least one row, else guard `code`. */
export const mustHit = (code: string, write: Statement): Statement<{ ensure: null }> =>
  ensure(code, sql`exists (select from hit)`, sql`hit as (${write} returning 1)`);
