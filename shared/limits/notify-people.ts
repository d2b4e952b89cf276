import { type Statement, sql } from "#shared/database/sql.ts";
import type { Incident } from "./incidents.ts";

export interface Notice {
  /** The platform's operators, or the owners of the incident's tenant. */
  readonly to: "operators" | "owners";
  readonly title: string;
  readonly body: string;
}

/** Puts a notification before everybody whom it concerns; the same once more changes nothing. */
export const noticeStatement = (
  { id, tenantId }: Incident,
  { to, title, body }: Notice,
): Statement<{ id: string }> => sql<{
  id: string;
}>`
  insert into notifications (id, tenant_id, user_id, title, body, status, channels, delivered_at)
  select md5(${`${id} ${to} ${title} `} || p.user_id)::uuid, p.organization_id, p.user_id, ${title}, ${body}, 'delivered',
    '[{"channel": "in_app", "status": "delivered"}]', now()
  from (${to === "operators" ? operators : ownersOf(tenantId)}) as p
  on conflict (id) do nothing returning id`;

/** Of an operator with several tenants, the first one. */
const operators = sql`select distinct on (m.user_id) m.user_id, m.organization_id
  from member m join "user" u on u.id = m.user_id where u.is_operator order by m.user_id, m.created_at`;

const ownersOf = (tenantId: string): Statement =>
  sql`select m.user_id, m.organization_id from member m
    where m.organization_id = ${tenantId} and 'owner' = any(string_to_array(replace(m.role, ' ', ''), ','))`;
