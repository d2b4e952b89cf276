import type { Database } from "#shared/database/database.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { LEASE_MS } from "./endpoints-context.ts";
import { type HeldDelivery, lockEndpoints, type SendingEndpoint } from "./hold-deliveries.ts";
import type { EndpointOutcome, EndpointVerdict } from "./judge-endpoint.ts";
import { wakeEndpoints } from "./wake-endpoints.ts";
import { type Delivered, isUnwritten, writeDelivered, writeQueued } from "./write-deliveries.ts";

/** An endpoint is disabled when it has answered with nothing but failures for so long. */
export const DISABLED_AFTER_DAYS = 5;
/** Failures in a row that open an endpoint's circuit: from then on its deliveries wait, and one at a time tries it. */
const FAILURES_TO_OPEN = 5;
const LONGEST_WAIT_SECONDS = 60;

const CAUSE = { actor: "system:webhooks" };

/** One request and what follows from it. */
export interface Attempted {
  delivery: HeldDelivery;
  endpoint: SendingEndpoint;
  verdict: EndpointVerdict;
  outcome: EndpointOutcome;
  startedAt: Date;
  durationMs: number;
}

/** A delivery that cannot go now. */
export interface Parked {
  delivery: HeldDelivery;
  /** When its circuit lets one through; null: when there is room, or when it goes on. */
  until: Date | null;
}

export interface Outcomes {
  attempted: readonly Attempted[];
  parked: readonly Parked[];
  /** Under way for longer than this invocation waits for. */
  underWay: readonly HeldDelivery[];
  /** Endpoints of which more may be due and that have room for it. */
  lookAfter: ReadonlySet<string>;
  now: Date;
}

/**
 * Records requests and what follows from them in one batch: for the usual success one statement, however many
 * deliveries there are. A delivery that somebody else has taken on since keeps what that one made of it. What a crash of
 * PostgreSQL forgets of it, the message or the lease brings back: both end later.
 */
export async function recordOutcomes(db: Database, outcomes: Outcomes): Promise<void> {
  const { attempted, parked, underWay, now } = outcomes;
  const failed = attempted.filter(({ verdict }) => verdict.isFailing);
  const waiting = attempted.filter(({ outcome }) => outcome.kind === "retry");
  const recovered = attempted.filter(({ verdict, endpoint }) => verdict.isDelivered && endpoint.failures > 0);
  const ordered = attempted.filter(({ delivery }) => delivery.orderKey !== null);
  const idsOf = (some: readonly Attempted[]) => some.map(({ endpoint }) => endpoint.id);
  const lookAfter = [
    ...new Set([
      ...outcomes.lookAfter,
      ...idsOf([...failed, ...waiting, ...recovered, ...ordered]),
      ...parked.filter(({ until }) => until !== null).map(({ delivery }) => delivery.endpointId),
    ]),
  ];
  const delivered = attempted.filter(isDeliveredUnwritten);
  const others = attempted.filter((each) => !isDeliveredUnwritten(each));
  const notDelivered = [...[...others, ...parked].map(({ delivery }) => delivery), ...underWay];
  const pending = notDelivered.filter(isUnwritten);
  const statements = [
    ...(lookAfter.length > 0 ? [lockEndpoints(lookAfter)] : []),
    ...(delivered.length > 0 ? [writeDelivered(delivered)] : []),
    ...(pending.length > 0 ? [writeQueued(pending)] : []),
    ...(others.length > 0 ? [settleAttempts(others, now)] : []),
    ...(ordered.length > 0 ? [releaseNext(ordered)] : []),
    ...(parked.length > 0 ? [park(parked)] : []),
    ...(underWay.length > 0 ? [lease(underWay)] : []),
    ...(recovered.length > 0 ? [clearFailures(idsOf(recovered))] : []),
    ...(failed.length > 0 ? [countFailures(failed, new Set(idsOf(recovered)), now)] : []),
    ...(lookAfter.length > 0 ? [wakeEndpoints(lookAfter)] : []),
  ];
  if (statements.length === 1 && delivered.length > 0) await db.query(writeDelivered(delivered));
  else if (statements.length > 0) await db.batch([relaxedCommit, ...statements]);
  for (const delivery of notDelivered) delivery.unwritten = undefined;
}

const isDeliveredUnwritten = (each: Attempted): each is Delivered =>
  each.outcome.kind === "delivered" && isUnwritten(each.delivery);

const endpointsOf = (held: readonly HeldDelivery[]) => held.map(({ endpointId }) => endpointId);
const eventsOf = (held: readonly HeldDelivery[]) => held.map(({ eventId }) => eventId);

/** Settles deliveries by what their requests came to, and logs each request. */
export function settleAttempts(attempted: readonly Attempted[], now: Date): Statement {
  const held = attempted.map(({ delivery }) => delivery);
  const delayed = attempted.map(({ outcome }) => (outcome.kind === "retry" ? outcome.delayMs / 1000 : null));
  return sql`
    with s as (
      select * from unnest(${endpointsOf(held)}::uuid[], ${eventsOf(held)}::uuid[],
        ${attempted.map(({ endpoint }) => endpoint.tenantId)}::text[],
        ${held.map(({ attempts }) => attempts + 1)}::int[], ${attempted.map(({ outcome }) => outcome.kind)}::text[],
        ${delayed}::float8[], ${attempted.map(({ verdict }) => verdict.httpStatus)}::int[],
        ${attempted.map(({ verdict }) => verdict.error)}::text[],
        ${attempted.map(({ verdict }) => verdict.answer)}::text[],
        ${attempted.map(({ durationMs }) => Math.round(durationMs))}::int[],
        ${attempted.map(({ startedAt }) => startedAt)}::timestamptz[])
        as s(endpoint_id, event_id, tenant_id, attempt, outcome, delay, http_status, error, answer, duration_ms, started_at)),
    settled as (
      update endpoint_deliveries d set status = case s.outcome when 'retry' then 'queued' else s.outcome end,
        attempts = s.attempt, due_at = now() + s.delay * interval '1 second', http_status = s.http_status,
        last_error = s.error, order_key = case when s.outcome = 'retry' then d.order_key end,
        settled_at = case when s.outcome <> 'retry' then ${now}::timestamptz end,
        died_at = case when s.outcome = 'dead' then ${now}::timestamptz end
      from s where d.endpoint_id = s.endpoint_id and d.event_id = s.event_id and d.status = 'queued'
        and (d.attempts = s.attempt - 1 or s.outcome = 'delivered'))
    insert into endpoint_attempts (endpoint_id, event_id, tenant_id, attempt, outcome, http_status, error, answer,
      duration_ms, started_at)
    select endpoint_id, event_id, tenant_id, attempt, outcome, http_status, error, answer, duration_ms, started_at from s`;
}

/** Lets the next version of each subject go whose earlier ones are settled. */
const releaseNext = (ordered: readonly Attempted[]): Statement => sql`
  update endpoint_deliveries d set due_at = now()
  from (select distinct * from unnest(${endpointsOf(ordered.map(({ delivery }) => delivery))}::uuid[],
      ${ordered.map(({ delivery }) => delivery.orderKey)}::text[]) as s(endpoint_id, order_key)) as s
    cross join lateral (
      select n.event_id, n.due_at from endpoint_deliveries n
      where n.endpoint_id = s.endpoint_id and n.order_key = s.order_key order by n.order_version, n.event_id limit 1) next
  where d.endpoint_id = s.endpoint_id and d.event_id = next.event_id and next.due_at is null and d.status = 'queued'`;

/** What waits for room keeps its place by its age. */
function park(parked: readonly Parked[]): Statement {
  const held = parked.map(({ delivery }) => delivery);
  return sql`update endpoint_deliveries d set due_at = coalesce(p.until, least(d.created_at, now()))
    from unnest(${endpointsOf(held)}::uuid[], ${eventsOf(held)}::uuid[], ${parked.map(({ until }) => until)}::timestamptz[])
      as p(endpoint_id, event_id, until)
    where d.endpoint_id = p.endpoint_id and d.event_id = p.event_id and d.status = 'queued'`;
}

const lease = (held: readonly HeldDelivery[]): Statement => sql`
  update endpoint_deliveries d set due_at = now() + ${LEASE_MS}::int * interval '1 millisecond'
  from unnest(${endpointsOf(held)}::uuid[], ${eventsOf(held)}::uuid[]) as h(endpoint_id, event_id)
  where d.endpoint_id = h.endpoint_id and d.event_id = h.event_id and d.status = 'queued'`;

const clearFailures = (endpointIds: readonly string[]): Statement => sql`
  update webhook_endpoints set failures = 0, first_failed_at = null, openings = 0, blocked_until = null
  where id = any(${endpointIds}::uuid[])`;

/**
 * Counts failures by endpoint. The fifth in a row opens the circuit, and each one after a wait opens it for twice as
 * long; a 410, or five days of nothing but failures, disables the endpoint and tells its tenant.
 */
function countFailures(failed: readonly Attempted[], justRecovered: ReadonlySet<string>, now: Date): Statement {
  const byEndpoint = Map.groupBy(failed, ({ endpoint }) => endpoint.id);
  const ids = [...byEndpoint.keys()].filter((id) => !justRecovered.has(id) || byEndpoint.get(id)?.some(isGone));
  const counts = ids.map((id) => byEndpoint.get(id)?.length ?? 0);
  const areGone = ids.map((id) => byEndpoint.get(id)?.some(isGone) ?? false);
  const sustained = sql`w.first_failed_at <= ${now}::timestamptz - ${DISABLED_AFTER_DAYS}::int * interval '1 day'`;
  const opens = sql`(w.failures + f.count >= ${FAILURES_TO_OPEN}::int and coalesce(w.blocked_until <= now(), true))`;
  return emitting(sql`
    with hit as (
      update webhook_endpoints w set failures = w.failures + f.count,
        first_failed_at = coalesce(w.first_failed_at, ${now}::timestamptz),
        openings = w.openings + ${opens}::int,
        blocked_until = case when ${opens}
          then now() + least(${LONGEST_WAIT_SECONDS}::int, 2 ^ least(w.openings, 20)) * interval '1 second'
          else w.blocked_until end,
        status = case when w.status = 'active' and (f.is_gone or ${sustained}) then 'disabled' else w.status end,
        status_reason = case when w.status = 'active' and f.is_gone then 'gone'
          when w.status = 'active' and ${sustained} then 'failing' else w.status_reason end,
        version = w.version + 1
      from unnest(${ids}::uuid[], ${counts}::int[], ${areGone}::boolean[]) as f(id, count, is_gone)
      where w.id = f.id
      returning w.*, old.status as status_before)
    select rainwire_emit(uuidv7(), tenant_id, 'endpoint.disabled', 'webhook-endpoints/' || id, version,
      jsonb_build_object('endpointId', id, 'url', url, 'reason', status_reason, 'failures', failures,
        'firstFailedAt', first_failed_at), ${json(CAUSE)})
    from hit where status = 'disabled' and status_before <> 'disabled'`);
}

const isGone = ({ verdict }: Attempted): boolean => verdict.isGone;
