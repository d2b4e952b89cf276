import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { PLATFORM } from "../budgets/budget.ts";

/** What a workflow needs to send a notice. */
export interface CostNotice {
  id: string;
  kind: "report" | "budget";
  period: string;
  /** Mail addresses of those who may read these costs. */
  recipients: string[];
  /** null: it did not go out yet. */
  sentAt: Date | null;
}

const ofTenant = (tenantId: string, id: string): Statement => sql`tenant_id = ${tenantId} and id = ${id}`;

/** A tenant's owners, admins and finance; of the platform's own, its finance people and operators. */
const recipientsOf = (tenantId: string): Statement<{ email: string }> =>
  tenantId === PLATFORM
    ? sql<{ email: string }>`select email from "user" where is_operator or is_finance order by email`
    : sql<{ email: string }>`select u.email from member m join "user" u on u.id = m.user_id
        where m.organization_id = ${tenantId} and string_to_array(m.role, ',') && array['owner', 'admin', 'finance']
        order by u.email`;

/** Fails with `not_found`. */
export async function readNotice(db: Database, tenantId: string, id: string): Promise<CostNotice | Failure> {
  const [[notice], recipients] = await db.batch([
    sql<
      Omit<CostNotice, "recipients">
    >`select id, kind, period, sent_at from cost_notices where ${ofTenant(tenantId, id)}`,
    recipientsOf(tenantId),
  ]);
  if (!notice) return fail("not_found", `There is no cost notice ${id}.`);
  return { ...notice, recipients: recipients.map(({ email }) => email) };
}

/** The run that sent it, and what must hold for it to count. */
export interface NoticeActor {
  tenantId: string;
  guards: readonly Statement[];
}

/** Remembers that a notice went out, so that no other run sends it. The first time counts. Fails with `not_found`. */
export async function markSent(
  db: Database,
  { tenantId, guards }: NoticeActor,
  id: string,
  channel: "mail" | "chat",
): Promise<CostNotice | Failure> {
  const mark = sql`update cost_notices set sent_at = coalesce(sent_at, now()), sent_by = coalesce(sent_by, ${channel})
    where ${ofTenant(tenantId, id)}`;
  const marked = await guarded(() => db.batch([...guards, mustHit("not_found", mark)]));
  return isFailure(marked) ? marked : await readNotice(db, tenantId, id);
}
