import { sql } from "#shared/database/sql.ts";
import type { IdempotencyKey } from "#shared/database/write-once.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { GoalsContext } from "./create-goal.ts";
import { goalExists } from "./goal.ts";
import { type Milestone, milestoneOf } from "./milestone.ts";
import { type Actor, createAs } from "./write-as.ts";
import { insertMilestone, type NewMilestone } from "./writes.ts";

export type MilestoneInput = Omit<NewMilestone, "id" | "tenantId" | "goalId">;

/** Adds a milestone to a goal: at `position`, else after the last. */
export async function addMilestone(
  { db, clock }: GoalsContext,
  actor: Actor,
  goalId: string,
  input: MilestoneInput,
  idempotency?: IdempotencyKey,
): Promise<Milestone | Failure> {
  const { tenantId } = actor;
  const id = uuidv7(clock());
  const writes = [
    goalExists(tenantId, goalId),
    // The next position is read from the table, so two that append at once must take turns.
    sql`select from user_goals where tenant_id = ${tenantId} and id = ${goalId} for no key update`,
    insertMilestone({ ...input, id, tenantId, goalId }),
  ];
  return await createAs(db, actor, idempotency, id, writes, (made) => milestoneOf(tenantId, goalId, made));
}
