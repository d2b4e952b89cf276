import { readFile } from "node:fs/promises";
import type pg from "pg";

/** Peak resident memory of this process, in MB. */
export const ownPeakMb = (): number => process.resourceUsage().maxRSS / 1024;

/** Peak resident memory of the database's processes for a pool, shared buffers included, in MB; the largest of them. */
export async function backendPeakMb(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query("select pid from pg_stat_activity where application_name = 'bench-ledger'");
  const peaks = await Promise.all(
    rows.map(async ({ pid }) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
    }),
  );
  return Math.max(...peaks.filter((peak) => !Number.isNaN(peak)), 0);
}
