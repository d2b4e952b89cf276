import type { LoadKind, Loads } from "#shared/batching/load-kind.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { tableTag } from "#shared/database/tags.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { type Interaction, SELECT_INTERACTION } from "./interaction.ts";
import { type QueuedInteractionMark, readTakenInteraction } from "./read-taken-interaction.ts";

const INTERACTIONS: LoadKind<Interaction> = {
  name: "interactions",
  tags: (tenantId) => [tableTag("interactions", tenantId)],
  async load(db, tenantId, ids) {
    const found = await db.query(
      sql<Interaction>`${SELECT_INTERACTION} where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`,
    );
    return new Map(found.map((interaction) => [interaction.id, interaction]));
  },
};

/** As {@link readTakenInteraction}; one that is written is read in company of others. */
export async function readInteraction(
  { loads, db }: { loads: Loads; db: Database },
  tenantId: string,
  id: string,
): Promise<Interaction | QueuedInteractionMark | Failure> {
  return (await loads.one(INTERACTIONS, tenantId, id.toLowerCase())) ?? (await readTakenInteraction(db, tenantId, id));
}
