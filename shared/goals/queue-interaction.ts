import type { Database } from "#shared/database/database.ts";
import { guarded } from "#shared/database/guarded.ts";
import { type IdempotencyKey, writeOnce } from "#shared/database/write-once.ts";
import type { Cause } from "#shared/events/cause.ts";
import { enqueueInOrder } from "#shared/events/enqueue.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { GoalsContext } from "./create-goal.ts";
import type { Caller } from "./write-as.ts";
import type { NewInteraction } from "./writes.ts";

export const INTERACTION_WRITES = "interaction-writes";

/** The body of a message: an interaction to be written, and why. */
export interface QueuedInteraction {
  readonly interaction: NewInteraction;
  readonly cause: Cause;
}

/**
 * Takes what the caller said to be written soon, in company of what others say. What it refers to is checked when it is
 * written: what cannot be written becomes a dead letter of the tenant. What is said about one goal, else by one user,
 * is written in the order in which it was taken.
 * @returns the id that it will have
 */
export async function queueInteraction(
  { db, clock }: Pick<GoalsContext, "clock"> & { db: Database },
  { tenantId, userId, cause }: Caller,
  input: Omit<NewInteraction, "id" | "tenantId" | "userId">,
  idempotency?: IdempotencyKey,
): Promise<{ id: string } | Failure> {
  const id = uuidv7(clock());
  const body: QueuedInteraction = { interaction: { ...input, id, tenantId, userId }, cause };
  const about = input.goalId ? `goals/${input.goalId.toLowerCase()}` : `users/${userId}`;
  const message = enqueueInOrder({ id, queue: INTERACTION_WRITES, body, tenantId, subject: `${tenantId}/${about}` });
  const written = await guarded(() =>
    writeOnce(db, tenantId, idempotency, id, async (keyRow) => {
      if (keyRow.length === 0) await db.query(message);
      else await db.batch([...keyRow, message]);
    }),
  );
  return isFailure(written) ? written : { id: written.resourceId };
}
