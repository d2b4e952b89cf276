import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";

/** The names of these tenants by id; an id of none is left out. */
export async function tenantNames(db: Database, tenantIds: readonly (string | null)[]): Promise<Map<string, string>> {
  const ids = [...new Set(tenantIds.filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const rows = await db.query(sql<{ id: string; name: string }>`
    select id, name from organization where id = any(${ids}::text[])`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The first tenants by name, for who chooses among them. */
export const listTenants = (db: Database, limit: number): Promise<{ id: string; name: string }[]> =>
  db.query(sql<{ id: string; name: string }>`select id, name from organization order by name, id limit ${limit}`);
