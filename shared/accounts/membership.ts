import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { PlatformRoles } from "./scopes.ts";

export interface Membership extends PlatformRoles {
  readonly role: string;
}

/** The user's role in the tenant; undefined when the user is not, or no longer, a member of it. */
export async function membershipOf(
  database: Database,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<Membership | undefined> {
  const [membership] = await database.query(sql<Membership>`
    select m.role, u.is_operator, u.is_finance from member m join "user" u on u.id = m.user_id
    where m.organization_id = ${tenantId} and m.user_id = ${userId}`);
  return membership;
}
