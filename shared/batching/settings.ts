import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";

/** How loads of a kind are brought together. */
export interface BatchingSettings {
  /** The longest that a load waits for company, in ms: what coalescing may add to any request. 0: none waits. */
  readonly budgetMs: number;
  /** Keys of one statement at most. */
  readonly mostKeys: number;
}

export const DEFAULT_SETTINGS: BatchingSettings = { budgetMs: 5, mostKeys: 200 };

export const LONGEST_BUDGET_MS = 50;
export const MOST_KEYS = 1_000;

/** The settings in force, and who set them and why; null: as they come. */
export interface SettingsInForce extends BatchingSettings {
  readonly reason: string | null;
  readonly setBy: string | null;
  readonly setAt: Date | null;
}

export async function readSettings(db: Database): Promise<SettingsInForce> {
  const [row] = await db.query(sql<{ [K in keyof SettingsInForce]: SettingsInForce[K] | null }>`
    select budget_ms, most_keys, reason, set_by, set_at from batching_settings`);
  return {
    budgetMs: row?.budgetMs ?? DEFAULT_SETTINGS.budgetMs,
    mostKeys: row?.mostKeys ?? DEFAULT_SETTINGS.mostKeys,
    reason: row?.reason ?? null,
    setBy: row?.setBy ?? null,
    setAt: row?.setAt ?? null,
  };
}

export interface SettingsChange {
  readonly budgetMs?: number | undefined;
  readonly mostKeys?: number | undefined;
  readonly reason: string;
  readonly setBy: string;
}

/** The statement that changes what is named; the rest stays. */
export const writeSettings = ({ budgetMs, mostKeys, reason, setBy }: SettingsChange): Statement =>
  sql`insert into batching_settings as s (budget_ms, most_keys, reason, set_by, set_at)
    values (${budgetMs ?? null}, ${mostKeys ?? null}, ${reason}, ${setBy}, now())
    on conflict (is_only) do update set budget_ms = coalesce(excluded.budget_ms, s.budget_ms),
      most_keys = coalesce(excluded.most_keys, s.most_keys), reason = excluded.reason, set_by = excluded.set_by,
      set_at = excluded.set_at`;
