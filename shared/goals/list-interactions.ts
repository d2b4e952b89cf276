import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, tableTag } from "#shared/database/tags.ts";
import { type Interaction, SELECT_INTERACTION } from "./interaction.ts";

export interface InteractionFilter extends PageInput {
  goalId?: string | undefined;
  kind?: string | undefined;
  userId?: string | undefined;
}

/** What was said in the tenant, newest first. */
export async function listInteractions(
  db: Database,
  tenantId: string,
  filter: InteractionFilter,
): Promise<Page<Interaction>> {
  const filters = whereEqual([
    [sql`goal_id`, filter.goalId],
    [sql`kind`, filter.kind],
    [sql`user_id`, filter.userId],
  ]);
  const page = pageClause(sql`user_interactions`, tenantId, filter);
  const select = sql<Interaction>`${SELECT_INTERACTION} where tenant_id = ${tenantId}${filters}${page}`;
  const rows = await db.query(reading(select, [tableTag("interactions", tenantId)]));
  return toPage(rows, filter);
}
