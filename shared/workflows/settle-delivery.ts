import { isGuard } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { relaxedCommit } from "#shared/database/relaxed-commit.ts";
import { emitting, type Statement, sql } from "#shared/database/sql.ts";
import { backoffMs } from "#shared/kernel/retry.ts";
import type { Verdict } from "#shared/webhooks/judge-answer.ts";
import type { BegunDelivery } from "./begin-delivery.ts";
import { circuitAfterAnswer, circuitAfterFailure, circuitAfterNothing } from "./breaker.ts";
import { DELIVERY_QUEUE, executionTopic, type WorkflowsContext } from "./context.ts";
import { OPEN_STATUSES, settleExecution } from "./settle-execution.ts";
import { fetchBack, lockInstance, wakeParked } from "./wake-parked.ts";

const BACKOFF = { baseMs: 1_000, capMs: 15 * 60_000 };
/** No receiver is waited for longer, whatever its `Retry-After` says. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

export interface Attempted {
  delivery: BegunDelivery;
  verdict: Verdict;
  startedAt: Date;
  durationMs: number;
}

/** What becomes of the delivery: a retry that has no attempts left is dead. */
export type DeliveryOutcome =
  | { kind: "delivered" }
  | { kind: "retry"; delayMs: number; reason: string }
  | { kind: "dead"; reason: string };

export function decideOutcome({ delivery, verdict }: Attempted, random: number): DeliveryOutcome {
  switch (verdict.kind) {
    case "accepted":
    case "replied":
      return { kind: "delivered" };
    case "dead":
      return { kind: "dead", reason: verdict.reason };
    case "retry": {
      // A failed probe tells of the instance, not of this delivery: it spends none of its attempts.
      if (!delivery.isProbe && delivery.attempts >= delivery.maxAttempts)
        return { kind: "dead", reason: verdict.reason };
      const askedMs = Math.min(verdict.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
      const delayMs = Math.max(backoffMs(delivery.attempts, BACKOFF, random), askedMs);
      return { kind: "retry", delayMs, reason: verdict.reason };
    }
  }
}

/**
 * Records one attempt and what follows from it: in one batch the delivery and its execution, in a second one the
 * instance's circuit and who gets the slot. After a crash in between, the message comes again and hands the slot on.
 * When another sender has taken the delivery over since, or its execution is driven anew, only what the answer tells of
 * the instance is kept.
 */
export async function settleDelivery(ctx: WorkflowsContext, attempted: Attempted): Promise<DeliveryOutcome> {
  const { delivery } = attempted;
  const outcome = decideOutcome(attempted, ctx.random());
  try {
    await ctx.db.batch([
      // Before the delivery's own lock, as everybody does who settles or drives an execution.
      sql`select from workflow_executions where id = ${delivery.executionId} for update`,
      mustHit("superseded", closeStatement(delivery, outcome)),
      attemptStatement(attempted, outcome),
      ...executionStatements(attempted, outcome),
      ...(outcome.kind === "retry" ? [retryMessage(delivery)] : []),
    ]);
  } catch (error) {
    if (!isGuard(error, "superseded")) throw error;
    ctx.log.warn("another sender has taken the delivery over", { delivery: delivery.id, fence: delivery.fence });
  }
  ctx.signals.publish(executionTopic(delivery.executionId));
  // After it, not in it: many wait for the instance's lock, and none of them should wait for the disk as well.
  await ctx.db.batch([
    relaxedCommit,
    lockInstance(delivery.destination),
    circuitAfter(attempted),
    fetchBack(delivery.id),
    wakeParked(delivery.destination),
  ]);
  return outcome;
}

function circuitAfter({ delivery: { destination, isProbe }, verdict }: Attempted): Statement {
  if (verdict.kind === "retry" && verdict.isInstanceFailing) return circuitAfterFailure(destination, isProbe);
  return verdict.httpStatus === null ? circuitAfterNothing(destination, isProbe) : circuitAfterAnswer(destination);
}

function closeStatement(delivery: BegunDelivery, outcome: DeliveryOutcome): Statement {
  const held = sql`d.id = ${delivery.id} and d.fence = ${delivery.fence} and d.status = 'sending'`;
  if (outcome.kind !== "retry") {
    return sql`update deliveries d set status = ${outcome.kind}, settled_at = now(), lease_until = null,
      last_error = ${outcome.kind === "dead" ? outcome.reason : null} where ${held}`;
  }
  // A run that has claimed has the webhook, whatever became of the answer; one that has ended needs it no more.
  return sql`update deliveries d set lease_until = null, last_error = ${outcome.reason},
      status = case when x.status in ('running', 'waiting') then 'delivered' when x.status in ${OPEN_STATUSES} then 'queued'
        else 'cancelled' end,
      settled_at = case when x.status in ('pending', 'dispatched') then null else now() end,
      attempts = d.attempts - ${delivery.isProbe ? 1 : 0}::int,
      next_attempt_at = now() + ${outcome.delayMs / 1000} * interval '1 second'
    from workflow_executions x where x.id = d.execution_id and ${held}`;
}

const attemptStatement = (
  { delivery, verdict, startedAt, durationMs }: Attempted,
  outcome: DeliveryOutcome,
): Statement =>
  sql`insert into delivery_attempts (delivery_id, tenant_id, run_attempt, attempt, outcome, http_status, error,
      duration_ms, started_at)
    values (${delivery.id}, ${delivery.tenantId}, ${delivery.runAttempt}, ${delivery.attempts},
      ${outcome.kind === "delivered" ? verdict.kind : outcome.kind}, ${verdict.httpStatus},
      ${outcome.kind === "delivered" ? null : outcome.reason}, ${Math.round(durationMs)}, ${startedAt})`;

function executionStatements({ delivery, verdict }: Attempted, outcome: DeliveryOutcome): Statement[] {
  const { tenantId, executionId, runAttempt: attempt } = delivery;
  const of = { tenantId, executionId, attempt };
  if (outcome.kind === "dead") {
    return [
      // One that was cancelled or has completed meanwhile misses nothing: there would be nothing to replay.
      sql`insert into dead_letters (tenant_id, queue, event_id, delivery_id, execution_id, reason, detail, attempts)
        select tenant_id, ${DELIVERY_QUEUE}, ${delivery.eventId}, ${delivery.id}, id, 'delivery_failed',
          ${outcome.reason}, ${delivery.attempts}::int
        from workflow_executions where id = ${executionId} and attempt = ${attempt} and status in ${OPEN_STATUSES}`,
      settleExecution({
        ...of,
        status: "failed",
        errorCode: "delivery_failed",
        errorMessage: `The webhook was given up after ${delivery.attempts} attempts: ${outcome.reason}.`,
      }),
    ];
  }
  if (verdict.kind === "replied") {
    const { reply } = verdict;
    return [
      reply.status === "succeeded"
        ? settleExecution({ ...of, status: "succeeded", result: reply.result ?? null })
        : settleExecution({
            ...of,
            status: "failed",
            errorCode: "workflow_failed",
            errorMessage: reply.error ?? "The workflow replied that it failed.",
            result: reply.result ?? null,
          }),
    ];
  }
  if (verdict.kind !== "accepted") return [];
  return [
    sql`update workflow_executions set status = 'dispatched', dispatched_at = now(), version = version + 1,
        deadline_at = now() + timeout_ms * interval '1 millisecond'
      where id = ${executionId} and tenant_id = ${tenantId} and status = 'pending' and attempt = ${attempt}`,
  ];
}

/** The retry's own message; when the circuit has opened by then, it parks the delivery. */
const retryMessage = (delivery: BegunDelivery): Statement =>
  emitting(sql`insert into outbox (queue, body, tenant_id, available_at)
    select ${DELIVERY_QUEUE}, jsonb_build_object('deliveryId', d.id, 'fence', d.fence), d.tenant_id, d.next_attempt_at
    from deliveries d where d.id = ${delivery.id} and d.status = 'queued'`);
