import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, toPage } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import type { AbuseKind } from "./abuse-rules.ts";
import type { SubjectKind } from "./subject-kinds.ts";

export const INCIDENT_STATUSES = [
  "open",
  "asked", // a person is to decide
  "blocked",
  "limited",
  "dismissed",
] as const;

/** Abuse that was noticed, and what was decided about it. */
export interface Incident {
  id: string;
  /** `platform`: nobody's. */
  tenantId: string;
  subjectKind: SubjectKind;
  subjectId: string;
  kind: AbuseKind;
  count: number;
  windowMs: number;
  windowStart: Date;
  status: (typeof INCIDENT_STATUSES)[number];
  decidedBy: string | null;
  reason: string | null;
  decidedAt: Date | null;
  createdAt: Date;
}

const SELECT = sql`select id, tenant_id, subject_kind, subject_id, kind, count, window_ms, window_start, status, decided_by,
  reason, decided_at, created_at from abuse_incidents`;

export const incidentOf = (id: string): Statement<Incident> => sql<Incident>`${SELECT} where id = ${id}`;

/** Newest first. */
export async function listIncidents(db: Database, input: PageInput): Promise<Page<Incident>> {
  const { limit, before } = input;
  const cursor =
    before === undefined
      ? sql``
      : sql` where (created_at, id) < (select created_at, id from abuse_incidents where id = ${before})`;
  const rows = await db.query(sql<Incident>`${SELECT}${cursor} order by created_at desc, id desc limit ${limit + 1}`);
  return toPage(rows, input);
}
