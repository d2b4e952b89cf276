import type { LoadKind, Loads } from "#shared/batching/load-kind.ts";
import { type CachedContext, cached } from "#shared/caching/cached.ts";
import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { reading, rowTag } from "#shared/database/tags.ts";
import type { MILESTONE_STATUSES } from "./tables.ts";

export interface Milestone {
  id: string;
  goalId: string;
  title: string;
  /** 1 is the first step. */
  position: number;
  status: (typeof MILESTONE_STATUSES)[number];
  dueDate: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export const SELECT_MILESTONE: Statement<Milestone> = sql<Milestone>`select id, goal_id, title, position, status, due_date, version, created_at,
  updated_at from milestones`;

export const milestoneOf = (tenantId: string, goalId: string, id: string): Statement<Milestone> =>
  sql<Milestone>`${SELECT_MILESTONE} where tenant_id = ${tenantId} and goal_id = ${goalId} and id = ${id}`;

/** In their order. */
export const milestonesOf = (tenantId: string, goalId: string): Statement<Milestone> =>
  reading(
    sql<Milestone>`${SELECT_MILESTONE} where tenant_id = ${tenantId} and goal_id = ${goalId} order by position, id`,
    [rowTag("milestones", tenantId, goalId)],
  );

const MILESTONES: LoadKind<Milestone[]> = {
  name: "milestones",
  tags: (tenantId, goalId) => [rowTag("milestones", tenantId, goalId)],
  async load(db, tenantId, goalIds) {
    const milestones = await db.query(
      reading(
        sql<Milestone>`${SELECT_MILESTONE} where tenant_id = ${tenantId} and goal_id = any(${goalIds}::uuid[])
          order by position, id`,
        goalIds.map((goalId) => rowTag("milestones", tenantId, goalId)),
      ),
    );
    return Map.groupBy(milestones, ({ goalId }) => goalId);
  },
};
/** They change seldom beside their goal, and what shows them is read anew when that does. */
const KEPT_MS = 300_000;

export interface GoalsContext extends CachedContext<GoalsContext> {
  readonly loads: Loads;
}

/** A goal's milestones in their order, as this process knows them. None of a goal that is not the tenant's. */
export const readMilestones = (ctx: GoalsContext, tenantId: string, goalId: string): Promise<readonly Milestone[]> =>
  cached(
    ctx,
    { key: `milestones:${tenantId}:${goalId}`, ttlMs: KEPT_MS },
    async ({ loads }) => (await loads.one(MILESTONES, tenantId, goalId)) ?? [],
  );

export interface MilestoneId {
  goalId: string;
  milestoneId: string;
}

/** Aborts the batch with `not_found` unless the milestone is the goal's, and the goal the tenant's. */
export const milestoneExists = (tenantId: string, { goalId, milestoneId }: MilestoneId): Statement =>
  ensure("not_found", sql`exists (${milestoneOf(tenantId, goalId, milestoneId)})`);
