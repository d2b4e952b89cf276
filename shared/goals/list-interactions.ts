import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
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
  const rows = await db.query(sql<Interaction>`${SELECT_INTERACTION} where tenant_id = ${tenantId}${filters}${page}`);
  return toPage(rows, filter);
}
