import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { goalOf } from "./goal.ts";
import { type Interaction, SELECT_INTERACTION } from "./interaction.ts";

export interface Feedback {
  /** The newest hundred. */
  items: Interaction[];
  /** How many there are, and how many of them carry a rating. */
  count: number;
  ratedCount: number;
  /** 1 to 5, to two decimals; null without a rating. */
  averageRating: number | null;
}

/** What users fed back on a goal. */
export async function readFeedback(db: Database, tenantId: string, goalId: string): Promise<Feedback | Failure> {
  const ofGoal = sql`where tenant_id = ${tenantId} and goal_id = ${goalId} and kind = 'feedback'`;
  const [[goal], items, [summary]] = await db.batch([
    goalOf(tenantId, goalId),
    sql<Interaction>`${SELECT_INTERACTION} ${ofGoal} order by created_at desc, id desc limit 100`,
    sql<Omit<Feedback, "items">>`select count(*) as count, count(rating) as rated_count,
      round(avg(rating), 2)::float8 as average_rating from user_interactions ${ofGoal}`,
  ]);
  if (!goal || !summary) return fail("not_found", `There is no goal ${goalId}.`);
  return { items, ...summary };
}
