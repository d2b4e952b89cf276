import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";

/** The names of a caller and of the tenant it acts for, as people read them. A key whose maker has left has no name. */
export async function describeUser(
  database: Database,
  { tenantId, userId }: { tenantId: string; userId: string | null },
): Promise<{ name: string; tenantName: string }> {
  const [row] = await database.query(sql<{ name: string | null; tenantName: string | null }>`
    select (select coalesce(nullif(name, ''), email) from "user" where id = ${userId}) as name,
      (select name from organization where id = ${tenantId}) as tenant_name`);
  return { name: row?.name ?? "API key", tenantName: row?.tenantName ?? tenantId };
}
