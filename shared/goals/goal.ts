import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { reading, rowTag } from "#shared/database/tags.ts";
import type { GOAL_STATUSES, JOURNEY_PHASES } from "./tables.ts";

export interface Goal {
  id: string;
  userId: string;
  title: string;
  description: string;
  status: (typeof GOAL_STATUSES)[number];
  phase: (typeof JOURNEY_PHASES)[number];
  progressPercent: number;
  /** A day: `2027-04-18`. */
  targetDate: string | null;
  /** `{isValid, findings}` as a workflow wrote it; null: never validated. */
  validation: unknown;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export const GOAL_COLUMNS: Statement = sql`id, user_id, title, description, status, phase,
  progress_percent, target_date, validation, version, created_at, updated_at`;

export const SELECT_GOAL: Statement<Goal> = sql<Goal>`select ${GOAL_COLUMNS} from user_goals`;

export const goalOf = (tenantId: string, id: string): Statement<Goal> =>
  reading(sql<Goal>`${SELECT_GOAL} where tenant_id = ${tenantId} and id = ${id}`, [rowTag("goals", tenantId, id)]);

/** Aborts the batch with `not_found` unless the goal is the tenant's. */
export const goalExists = (tenantId: string, id: string): Statement =>
  ensure("not_found", sql`exists (select from user_goals where tenant_id = ${tenantId} and id = ${id})`);
