import type { LoadKind, Loads } from "#shared/batching/load-kind.ts";
import { sql } from "#shared/database/sql.ts";
import { tableTag } from "#shared/database/tags.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { type Interaction, SELECT_INTERACTION } from "./interaction.ts";

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

export async function readInteraction(loads: Loads, tenantId: string, id: string): Promise<Interaction | Failure> {
  return (
    (await loads.one(INTERACTIONS, tenantId, id.toLowerCase())) ?? fail("not_found", `There is no interaction ${id}.`)
  );
}
