import { ensure } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { type Incident, incidentOf } from "./incidents.ts";
import { type Notice, noticeStatement } from "./notify-people.ts";
import { liftStatements, type OverridesContext, overrideStatements } from "./overrides.ts";

/** Who decides. A run may decide once, and what a person decided stands; a person may decide again. */
export interface Decider {
  readonly actor: string;
  readonly isPerson: boolean;
  /** What must hold for the decision to count. */
  readonly guards?: readonly Statement[];
  /** Leaves what somebody else decided as it is, and is no failure then. */
  readonly isFallback?: boolean;
}

export type IncidentDecision = {
  readonly reason: string;
  /** Whom to notify, beside the operators who are asked. */
  readonly tell?: readonly Notice["to"][];
} & (
  | { readonly kind: "block"; readonly seconds: number }
  | {
      readonly kind: "limit";
      readonly quota: { readonly limit: number; readonly windowMs: number };
      readonly seconds: number;
    }
  | { readonly kind: "ask" } // operators are told, and one of them is to decide
  | { readonly kind: "dismiss" } // lifts what was set for the subject
);

const STATUS = { block: "blocked", limit: "limited", ask: "asked", dismiss: "dismissed" } as const;

/**
 * Decides what becomes of an incident's subject: in force in every process within a second. The same decision again
 * changes nothing. Fails with `not_found`, or `already_decided` for a run that comes after another decision.
 */
export async function decideIncident(
  ctx: OverridesContext,
  incidentId: string,
  decision: IncidentDecision,
  { actor, isPerson, guards = [], isFallback = false }: Decider,
): Promise<Incident | Failure> {
  const [incident] = await ctx.db.query(incidentOf(incidentId));
  if (!incident) return fail("not_found", `There is no incident ${incidentId}.`);
  const status = STATUS[decision.kind];
  if (!isPerson && incident.status === status && incident.decidedBy === actor) return incident;

  const undecided = sql`exists (select from abuse_incidents where id = ${incidentId} and status in ('open', 'asked'))`;
  const written = await guarded(() =>
    ctx.db.batch([
      ...guards,
      sql`select from abuse_incidents where id = ${incidentId} for update`,
      ...(isPerson ? [] : [ensure("already_decided", undecided)]),
      sql`update abuse_incidents set status = ${status}, decided_by = ${actor}, reason = ${decision.reason},
        decided_at = now() where id = ${incidentId}`,
      ...effectsOf(incident, decision, actor),
    ]),
  );
  const isLate = isFailure(written) && written.failure === "already_decided" && isFallback;
  if (isFailure(written) && !isLate) return written;
  await ctx.limits.changed();
  const [decided] = await ctx.db.query(incidentOf(incidentId));
  return decided ?? fail("not_found");
}

function effectsOf(incident: Incident, decision: IncidentDecision, actor: string): Statement[] {
  const { kind, reason, tell = [] } = decision;
  const told = new Set(kind === "ask" ? ["operators" as const, ...tell] : tell);
  const notices = [...told].map((to) => noticeStatement(incident, { to, ...noticeOf(incident, kind, reason) }));
  return [...measureOf(incident, decision, actor), ...notices];
}

function measureOf(incident: Incident, decision: IncidentDecision, actor: string): Statement[] {
  const subject = { kind: incident.subjectKind, id: incident.subjectId };
  const said = { reason: decision.reason, setBy: actor, incidentId: incident.id };
  switch (decision.kind) {
    case "block":
      return overrideStatements(subject, { isBlock: true, seconds: decision.seconds, ...said });
    case "limit":
      return overrideStatements(subject, { isBlock: false, quota: decision.quota, seconds: decision.seconds, ...said });
    case "dismiss":
      return liftStatements(subject, incident.id, actor);
    case "ask":
      return [];
  }
}

const TITLES = { block: "Blocked:", limit: "Limited:", ask: "Decide about", dismiss: "Let go:" } as const;

const noticeOf = (
  { id, subjectKind, subjectId, kind, count }: Incident,
  decision: IncidentDecision["kind"],
  reason: string,
): Omit<Notice, "to"> => ({
  title: `${TITLES[decision]} ${subjectKind} ${subjectId}`,
  body: `${kind}: ${count}. ${reason} Incident ${id}.`,
});
