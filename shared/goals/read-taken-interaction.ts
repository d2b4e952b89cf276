import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { type Interaction, interactionOf } from "./interaction.ts";
import { INTERACTION_WRITES } from "./queue-interaction.ts";

/** Taken to be written, and not written yet. */
export interface QueuedInteractionMark {
  readonly id: string;
  readonly isQueued: true;
}

/** An interaction, or that it still waits to be written. `not_found`: neither; what could not be written is a dead letter. */
export async function readTakenInteraction(
  db: Database,
  tenantId: string,
  id: string,
): Promise<Interaction | QueuedInteractionMark | Failure> {
  // In this order: a message leaves the outbox with the commit that writes it, so it is seen in one of the two places.
  const [queued, [interaction]] = await db.batch([
    sql`select 1 from outbox where id = ${id} and queue = ${INTERACTION_WRITES} and tenant_id = ${tenantId}`,
    interactionOf(tenantId, id),
  ]);
  if (interaction) return interaction;
  return queued.length > 0 ? { id, isQueued: true } : fail("not_found", `There is no interaction ${id}.`);
}
