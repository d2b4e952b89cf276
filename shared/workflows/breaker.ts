import { emitting, type Statement, sql } from "#shared/database/sql.ts";

/** Failures in a row (no answer, or a 5xx) that open an instance's circuit. */
const FAILURES_TO_OPEN = 5;
const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;

/** The tenant of events that are the platform's own. */
const PLATFORM = "platform";

const emitCircuit = (name: "circuit.opened" | "circuit.closed"): Statement => sql`
  select rainwire_emit(uuidv7(), ${PLATFORM}, ${name}, 'instances/' || id, (extract(epoch from clock_timestamp()) * 1000)::bigint,
    jsonb_build_object('instanceId', id, 'failures', breaker_failures, 'retryAt', breaker_retry_at), rainwire_context())
  from changed`;

/**
 * The circuit after a request that shows its instance failing. It opens at the fifth failure in a row; a failed probe
 * opens it again, each time for twice as long, up to a minute.
 */
export const circuitAfterFailure = (instanceId: string, isProbe: boolean): Statement =>
  emitting(sql`
    with before as (select id, breaker_state from n8n_instances where id = ${instanceId} for update),
    hit as (
      update n8n_instances i set
        breaker_failures = i.breaker_failures + 1,
        breaker_state = case when ${isProbe} or i.breaker_failures + 1 >= ${FAILURES_TO_OPEN}::int then 'open' else i.breaker_state end,
        breaker_openings = i.breaker_openings + case
          when ${isProbe} or (i.breaker_state = 'closed' and i.breaker_failures + 1 >= ${FAILURES_TO_OPEN}::int) then 1 else 0 end,
        breaker_retry_at = case
          when ${isProbe} or (i.breaker_state = 'closed' and i.breaker_failures + 1 >= ${FAILURES_TO_OPEN}::int)
          then now() + least(${LONGEST_WAIT_SECONDS}::int, ${FIRST_WAIT_SECONDS}::int * 2 ^ least(i.breaker_openings, 20)) * interval '1 second'
          else i.breaker_retry_at end
      where i.id = ${instanceId} returning i.*),
    changed as (select hit.* from hit join before using (id) where before.breaker_state = 'closed' and hit.breaker_state = 'open')
    ${emitCircuit("circuit.opened")}`);

/** The circuit after a request that its instance answered. */
export const circuitAfterAnswer = (instanceId: string): Statement =>
  emitting(sql`
    with before as (select id, breaker_state from n8n_instances where id = ${instanceId} for update),
    hit as (
      update n8n_instances i set breaker_state = 'closed', breaker_failures = 0, breaker_openings = 0, breaker_retry_at = null
      where i.id = ${instanceId} and (i.breaker_state <> 'closed' or i.breaker_failures > 0) returning i.*),
    changed as (select hit.* from hit join before using (id) where before.breaker_state <> 'closed')
    ${emitCircuit("circuit.closed")}`);
