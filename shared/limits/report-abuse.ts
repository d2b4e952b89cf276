import { type Database, isDuplicate } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { derivedId } from "#shared/kernel/id.ts";
import type { Finding } from "./abuse-detector.ts";
import { ABUSE_RULES } from "./abuse-rules.ts";

export interface ReportContext {
  readonly db: Database;
  readonly clock: Clock;
  causedBy(actor: string): Cause;
}

/** The tenant of what is nobody's, such as an address. */
export const PLATFORM = "platform";

/**
 * Writes an incident and emits `limits.abuse_detected`: once per subject, kind and window, whichever process noticed it
 * and however often. Resolves false when it was told before.
 */
export async function reportAbuse(ctx: ReportContext, finding: Finding, tenantId: string | null): Promise<boolean> {
  const { subject, kind, count } = finding;
  const { windowMs } = ABUSE_RULES[kind];
  const nowMs = ctx.clock();
  const windowStart = new Date(nowMs - (nowMs % windowMs));
  const id = derivedId("abuse", subject.kind, subject.id, kind, windowStart.toISOString());
  const owner = tenantId ?? PLATFORM;
  const earlier = sql`select count(*) from limit_overrides where subject_kind = ${subject.kind} and subject_id = ${subject.id}
    and is_block and created_at > now() - interval '1 day'`;
  const [before] = await ctx.db.query(sql<{ blocks: number }>`select (${earlier})::int as blocks`);
  const insert = sql`insert into abuse_incidents (id, tenant_id, subject_kind, subject_id, kind, count, window_ms, window_start)
    values (${id}, ${owner}, ${subject.kind}, ${subject.id}, ${kind}, ${count}, ${windowMs}, ${windowStart})`;
  const told = emit({
    name: "limits.abuse_detected",
    tenantId: owner,
    subject: `incidents/${id}`,
    subjectVersion: 1,
    data: {
      incidentId: id,
      kind,
      subjectKind: subject.kind,
      subjectId: subject.id,
      count,
      windowSeconds: windowMs / 1_000,
      blocksToday: before?.blocks ?? 0,
    },
    cause: ctx.causedBy("system:limits"),
  });
  try {
    await ctx.db.batch([insert, told]);
    return true;
  } catch (error) {
    if (isDuplicate(error, "abuse_incidents_window_unique") || isDuplicate(error, "abuse_incidents_pkey")) return false;
    throw error;
  }
}
