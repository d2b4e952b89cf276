import type pg from "pg";

/** Has limits counted and not enforced, for whoever calls: what is tried is not they. Holds within a second. */
export const liftLimits = (pool: Pick<pg.Pool, "query">): Promise<unknown> =>
  pool.query(
    `insert into limit_overrides (subject_kind, subject_id, is_block, mode, reason, set_by)
     select kind, '*', false, 'shadow', 'a test', 'system:test' from unnest(array['key', 'user', 'tenant', 'address']) kind`,
  );
