import type pg from "pg";

/** The least that could be done: one flat unit price over a plain GROUP BY of the packs, with nothing kept. */
export async function groupByFlatPrice(pool: pg.Pool): Promise<{ rows: number; ms: number }> {
  const startedMs = performance.now();
  const { rowCount } = await pool.query(
    `select r->>1 as function, r->>3 as tenant, count(*) * 0.0000003 + sum((r->>8)::numeric) * 0.00000002 as cost
     from usage_packs p cross join lateral jsonb_array_elements(p.records) as r group by 1, 2`,
  );
  return { rows: rowCount ?? 0, ms: performance.now() - startedMs };
}
