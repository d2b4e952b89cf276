import { ensure } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import type { IdempotencyKey } from "#shared/database/write-once.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { GoalsContext } from "./create-goal.ts";
import { goalExists } from "./goal.ts";
import { type Interaction, interactionOf } from "./interaction.ts";
import { type Caller, createAs } from "./write-as.ts";
import { insertInteraction, type NewInteraction } from "./writes.ts";

export type InteractionInput = Omit<NewInteraction, "id" | "tenantId" | "userId"> & {
  /** Default: a new one. One that is there already stands as it is. */
  id?: string;
};

/** Writes what the caller, or an assistant to the caller, said. */
export async function recordInteraction(
  { db, clock }: GoalsContext,
  caller: Caller,
  input: InteractionInput,
  idempotency?: IdempotencyKey,
): Promise<Interaction | Failure> {
  const { tenantId, userId } = caller;
  const { goalId, inReplyTo, id = uuidv7(clock()) } = input;
  const writes = [
    ...(goalId ? [goalExists(tenantId, goalId)] : []),
    ...(inReplyTo ? [ensure("not_found", sql`exists (${interactionOf(tenantId, inReplyTo)})`)] : []),
    insertInteraction({ ...input, id, tenantId, userId }),
  ];
  return await createAs(db, caller, idempotency, id, writes, (made) => interactionOf(tenantId, made));
}
