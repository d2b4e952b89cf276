import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { PLATFORM } from "#shared/events/platform.ts";
import { wakeMessage } from "./wake-parked.ts";

/** Failures in a row (no answer, or a 5xx) that open an instance's circuit. */
const FAILURES_TO_OPEN = 5;
const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;

const emitCircuit = (name: "circuit.opened" | "circuit.closed"): Statement => sql`
  select rainwire_emit(uuidv7(), ${PLATFORM}, ${name}, 'instances/' || id, (extract(epoch from clock_timestamp()) * 1000)::bigint,
    jsonb_build_object('instanceId', id, 'failures', breaker_failures, 'retryAt', breaker_retry_at), rainwire_context())
  from changed`;

/**
 * The circuit after a request that shows its instance failing. It opens at the fifth failure in a row; a failed probe
 * opens it again, each time for twice as long, up to a minute. When the wait is over a message wakes the next probe.
 */
export const circuitAfterFailure = (instanceId: string, isProbe: boolean): Statement => {
  const opens: Statement = sql`(${isProbe} or (i.breaker_state = 'closed' and i.breaker_failures + 1 >= ${FAILURES_TO_OPEN}::int))`;
  return emitting(sql`
    with hit as (
      update n8n_instances i set
        breaker_failures = i.breaker_failures + 1,
        breaker_state = case when ${opens} then 'open' else i.breaker_state end,
        breaker_openings = i.breaker_openings + ${opens}::int,
        breaker_retry_at = case when ${opens}
          then now() + least(${LONGEST_WAIT_SECONDS}::int, ${FIRST_WAIT_SECONDS}::int * 2 ^ least(i.breaker_openings, 20)) * interval '1 second'
          else i.breaker_retry_at end
      where i.id = ${instanceId} returning i.*, old.breaker_state as state_before, old.breaker_openings as openings_before),
    opened as (select * from hit where breaker_openings > openings_before),
    message as (${wakeMessage(sql`opened`)}),
    changed as (select * from hit where state_before = 'closed' and breaker_state = 'open')
    ${emitCircuit("circuit.opened")}`);
};

/** The circuit after a request that its instance answered. */
export const circuitAfterAnswer = (instanceId: string): Statement =>
  emitting(sql`
    with hit as (
      update n8n_instances i set breaker_state = 'closed', breaker_failures = 0, breaker_openings = 0, breaker_retry_at = null
      where i.id = ${instanceId} and (i.breaker_state <> 'closed' or i.breaker_failures > 0)
      returning i.*, old.breaker_state as state_before),
    changed as (select * from hit where state_before <> 'closed')
    ${emitCircuit("circuit.closed")}`);

/** The circuit after an attempt that never reached its instance: it tells nothing, and another one may probe. */
export const circuitAfterNothing = (instanceId: string, isProbe: boolean): Statement =>
  sql`update n8n_instances set breaker_state = 'open', breaker_retry_at = now()
    where id = ${instanceId} and ${isProbe} and breaker_state = 'half_open'`;
