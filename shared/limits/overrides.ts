import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import type { Override } from "./override.ts";
import type { Mode } from "./policies.ts";
import type { Subject } from "./subject.ts";
import type { SubjectKind } from "./subject-kinds.ts";

export interface OverridesContext {
  readonly db: Database;
  readonly limits: { changed(): Promise<void> };
}

/** The signal topic of changes to overrides. */
export const LIMITS_TOPIC = "limits";

/** An override in force, with who set it and why. */
export interface OverrideRow {
  subjectKind: SubjectKind;
  subjectId: string;
  tenantId: string | null;
  isBlock: boolean;
  /** null: the policy's own quota. */
  limit: number | null;
  windowMs: number | null;
  burst: number | null;
  mode: Mode | null;
  reason: string;
  setBy: string;
  until: Date | null;
  createdAt: Date;
}

export interface OverrideInput {
  readonly isBlock: boolean;
  readonly quota?:
    | { readonly limit: number; readonly windowMs: number; readonly burst?: number | undefined }
    | undefined;
  readonly mode?: Mode | undefined;
  /** Undefined: until it is lifted. */
  readonly seconds?: number | undefined;
  readonly reason: string;
  readonly setBy: string;
  readonly incidentId?: string | undefined;
}

const IN_FORCE = sql`lifted_at is null and (until is null or until > now())`;
const COLUMNS = sql`subject_kind, subject_id, tenant_id, is_block, limit_units as "limit", window_ms, burst, mode, reason,
  set_by, until, created_at`;

/** The statements that put an override in force; the one before it is lifted, and kept. */
export function overrideStatements({ kind, id }: Subject, input: OverrideInput): Statement[] {
  const { isBlock, quota, mode, seconds, reason, setBy, incidentId } = input;
  return [
    // Two at once for one subject take turns.
    sql`select pg_advisory_xact_lock(hashtextextended(${`limits:${kind}:${id}`}, 0))`,
    lift({ kind, id }, isBlock, setBy),
    sql`insert into limit_overrides (tenant_id, subject_kind, subject_id, is_block, limit_units, window_ms, burst, mode,
        reason, set_by, incident_id, until)
      values (${ownerOf({ kind, id })}, ${kind}, ${id}, ${isBlock}, ${quota?.limit ?? null}, ${quota?.windowMs ?? null},
        ${quota?.burst ?? null}, ${mode ?? null}, ${reason}, ${setBy}, ${incidentId ?? null},
        now() + ${seconds ?? null}::int * interval '1 second')`,
  ];
}

/** The statement that ends what was set for a subject because of an incident. */
export const liftStatements = ({ kind, id }: Subject, incidentId: string, by: string): Statement[] => [
  sql`update limit_overrides set lifted_at = now(), lifted_by = ${by}
    where subject_kind = ${kind} and subject_id = ${id} and lifted_at is null
      and incident_id in (select i.id from abuse_incidents i
        where i.id = ${incidentId} or (i.subject_kind = ${kind} and i.subject_id = ${id}))`,
];

/** The tenant of a subject, for whoever asks later whose it was. */
const ownerOf = ({ kind, id }: Subject): Statement => {
  if (kind === "tenant" || kind === "run") return sql`${id}`;
  return kind === "key" ? sql`(select reference_id from apikey where id = ${id})` : sql`null`;
};

const lift = ({ kind, id }: Subject, isBlock: boolean, by: string): Statement =>
  sql`update limit_overrides set lifted_at = now(), lifted_by = ${by}
    where subject_kind = ${kind} and subject_id = ${id} and is_block = ${isBlock} and lifted_at is null
    returning until is null or until > now() as was_in_force`;

/** Puts an override or a block in force in every process, within a second. */
export async function setOverride(
  { db, limits }: OverridesContext,
  subject: Subject,
  input: OverrideInput,
): Promise<void> {
  await db.batch(overrideStatements(subject, input));
  await limits.changed();
}

/** Ends an override, or a block. Fails with `not_found` when there is none in force. */
export async function liftOverride(
  { db, limits }: OverridesContext,
  subject: Subject,
  { isBlock, liftedBy }: { isBlock: boolean; liftedBy: string },
): Promise<undefined | Failure> {
  const lifted = (await db.query(lift(subject, isBlock, liftedBy))) as { wasInForce: boolean }[]; // safe: what it returns
  await limits.changed();
  return lifted.some(({ wasInForce }) => wasInForce)
    ? undefined
    : fail("not_found", "Nothing of that subject is in force.");
}

/** What is in force, the latest first. */
export const listOverrides = (db: Database): Promise<OverrideRow[]> =>
  db.query(
    sql<OverrideRow>`select ${COLUMNS} from limit_overrides where ${IN_FORCE} order by created_at desc, id desc`,
  );

/** An override as a limiter looks it up. */
export const toOverride = ({
  subjectKind,
  subjectId,
  limit,
  windowMs,
  burst,
  mode,
  isBlock,
  until,
}: OverrideRow): Override => ({
  kind: subjectKind,
  id: subjectId,
  quota: limit === null || windowMs === null ? null : { limit, windowMs, burst: burst ?? undefined },
  mode,
  isBlock,
  untilMs: until?.getTime() ?? null,
});
