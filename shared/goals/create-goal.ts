import type { Database } from "#shared/database/database.ts";
import type { IdempotencyKey } from "#shared/database/write-once.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { type Goal, goalOf } from "./goal.ts";
import { type Caller, createAs } from "./write-as.ts";
import { insertGoal, type NewGoal } from "./writes.ts";

export interface GoalsContext {
  readonly db: Database;
  readonly clock: Clock;
}

export type GoalInput = Omit<NewGoal, "id" | "tenantId" | "userId">;

/** Writes a goal of the caller's. Drives no workflow by itself: that is what the action `goal.create` is for. */
export async function createGoal(
  { db, clock }: GoalsContext,
  caller: Caller,
  input: GoalInput,
  idempotency?: IdempotencyKey,
): Promise<Goal | Failure> {
  const { tenantId, userId } = caller;
  const id = uuidv7(clock());
  const goal = insertGoal({ ...input, id, tenantId, userId });
  return await createAs(db, caller, idempotency, id, [goal], (made) => goalOf(tenantId, made));
}
