import type pg from "pg";
import type { CostReader } from "#shared/costs/read-costs.ts";
import { PAGES, type Sample } from "./pages.ts";

export interface PageFigures {
  name: string;
  p50Ms: number;
  p95Ms: number;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;

/** Asks for each page so many times, each time about something else, one after the other. */
export async function askPages(pool: pg.Pool, reader: CostReader, asks: number): Promise<PageFigures[]> {
  const samples = await sample(pool, asks + 1);
  const figures: PageFigures[] = [];
  for (const { name, read } of PAGES) {
    const times: number[] = [];
    for (const [i, each] of samples.entries()) {
      const startedMs = performance.now();
      await read(reader, each);
      if (i > 0) times.push(performance.now() - startedMs); // the first one fills caches
    }
    times.sort((a, b) => a - b);
    figures.push({ name, p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) });
  }
  return figures;
}

async function sample(pool: pg.Pool, count: number): Promise<Sample[]> {
  const { rows } = await pool.query(
    `select r->>0 as "invocationId", r->>3 as "tenantId", r->>4 as "executionId", e.workflow_id as "workflowId"
     from (select * from usage_packs order by md5(id::text) limit $1) p
     cross join lateral (select r from jsonb_array_elements(p.records) r where r->>4 is not null limit 1) x
     join workflow_executions e on e.id = (r->>4)::uuid`,
    [count],
  );
  return rows;
}
