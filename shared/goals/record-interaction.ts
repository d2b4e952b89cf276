import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import type { IdempotencyKey } from "#shared/database/write-once.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { GoalsContext } from "./create-goal.ts";
import { goalExists } from "./goal.ts";
import { type Interaction, interactionOf } from "./interaction.ts";
import { type QueuedInteractionMark, readTakenInteraction } from "./read-taken-interaction.ts";
import { type Caller, createAs, writeOnceAs } from "./write-as.ts";
import { insertInteraction, type NewInteraction } from "./writes.ts";

export type InteractionInput = Omit<NewInteraction, "id" | "tenantId" | "userId"> & {
  /** Default: a new one. One that is there already stands as it is. */
  id?: string;
};

/** Writes what the caller, or an assistant to the caller, said. */
export async function recordInteraction(
  ctx: GoalsContext,
  caller: Caller,
  input: InteractionInput,
): Promise<Interaction | Failure> {
  const { id, writes } = writesOf(ctx, caller, input);
  return await createAs(ctx.db, caller, undefined, id, writes, (made) => interactionOf(caller.tenantId, made));
}

/** The same under an Idempotency-Key, whose first request may still wait to be written: see `queueInteraction`. */
export async function recordInteractionOnce(
  ctx: GoalsContext,
  caller: Caller,
  input: InteractionInput,
  idempotency: IdempotencyKey,
): Promise<Interaction | QueuedInteractionMark | Failure> {
  const { id, writes } = writesOf(ctx, caller, input);
  const written = await writeOnceAs(ctx.db, caller, idempotency, id, writes);
  return isFailure(written) ? written : await readTakenInteraction(ctx.db, caller.tenantId, written.resourceId);
}

function writesOf({ clock }: GoalsContext, { tenantId, userId }: Caller, input: InteractionInput) {
  const { goalId, inReplyTo, id = uuidv7(clock()) } = input;
  const writes = [
    ...(goalId ? [goalExists(tenantId, goalId)] : []),
    ...(inReplyTo ? [ensure("not_found", sql`exists (${interactionOf(tenantId, inReplyTo)})`)] : []),
    insertInteraction({ ...input, id, tenantId, userId }),
  ];
  return { id, writes };
}
