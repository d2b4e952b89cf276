import { DatabaseError } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type StoredEvent, toEnvelope } from "#shared/events/envelope.ts";
import { childTrace, formatTraceparent, parseTraceparent } from "#shared/tracing/trace-context.ts";
import { judgeAnswer, type Verdict } from "#shared/webhooks/judge-answer.ts";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { type BegunDelivery, beginDelivery } from "./begin-delivery.ts";
import type { WorkflowsContext } from "./context.ts";
import { type InstanceSecrets, readInstanceSecrets } from "./instances.ts";
import { mintRunToken } from "./run-token.ts";
import { type DeliveryOutcome, settleDelivery } from "./settle-delivery.ts";

/** A run token outlives the time-out of its run, since a waiting run calls back late. */
const TOKEN_LIFETIME_MS = 24 * 3_600_000;

interface Run {
  timeoutMs: number;
  workflowId: string;
  trigger: string;
  attempt: number;
  operations: string[];
  webhookPath: string;
}

interface DeliveryMessage {
  deliveryId: string;
  fence: number;
  isRedelivery: boolean;
}

export interface Delivered {
  tenantId: string;
  executionId: string;
  outcome: DeliveryOutcome;
}

/**
 * Sends one delivery if it may go now. Whatever happens is recorded; a crash at any line leaves either the message or
 * the lease behind, and the delivery is sent again under the same `webhook-id`.
 * @returns undefined when the delivery waits for a slot, its turn or the circuit, or is no longer to be sent
 */
export async function deliver(ctx: WorkflowsContext, message: DeliveryMessage): Promise<Delivered | undefined> {
  const begin = await beginDelivery(ctx.db, message);
  if (begin.kind !== "begun") return undefined;
  const { delivery } = begin;
  const startedAtMs = ctx.clock();
  const prepared = await prepare(ctx, delivery, startedAtMs);
  const verdict =
    "verdict" in prepared
      ? prepared.verdict
      : judgeAnswer(
          await ctx.sender.send({
            method: "POST",
            isOperatorHost: true,
            timeoutMs: delivery.timeoutMs,
            ...prepared,
          }),
          ctx.clock(),
        );
  const outcome = await settleDelivery(ctx, {
    delivery,
    verdict,
    startedAt: new Date(startedAtMs),
    durationMs: ctx.clock() - startedAtMs,
  });
  return { tenantId: delivery.tenantId, executionId: delivery.executionId, outcome };
}

type Prepared = { url: string; headers: Record<string, string>; body: string } | { verdict: Verdict };

/** The request, or what follows from there being none: it must not leave the delivery in its slot. */
async function prepare(ctx: WorkflowsContext, delivery: BegunDelivery, nowMs: number): Promise<Prepared> {
  const [events, runs] = await ctx.db.batch([
    sql<StoredEvent>`select id, tenant_id, name, subject, subject_version, data, actor, execution_id, traceparent,
      causation_id, hop, occurred_at from events where id = ${delivery.eventId}`,
    sql<Run>`select x.timeout_ms, x.workflow_id, x.trigger, x.attempt, m.operations, m.webhook_path
      from workflow_executions x join workflow_mappings m on m.id = x.mapping_id
      where x.id = ${delivery.executionId} and x.tenant_id = ${delivery.tenantId}`,
  ]);
  const [event, run] = [events[0], runs[0]];
  if (!event) return dead("its event is no longer in the history");
  if (!run) return dead("its workflow mapping was deleted");
  try {
    const instance = await readInstanceSecrets(ctx, delivery.destination);
    return instance ? await compose(ctx, delivery, event, run, instance, nowMs) : dead("its n8n instance was removed");
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    const reason = "the instance's secrets do not open: was RAINWIRE_SECRET changed?";
    ctx.log.error(reason, { instance: delivery.destination });
    return { verdict: { kind: "retry", httpStatus: null, reason, isInstanceFailing: false } };
  }
}

const dead = (reason: string): Prepared => ({ verdict: { kind: "dead", httpStatus: null, reason } });

/** The signed request, to where its workflow is now: an n8n may have moved since. Its id is the execution's: stable over all attempts, so a receiver can tell a repetition. */
async function compose(
  ctx: WorkflowsContext,
  delivery: BegunDelivery,
  event: StoredEvent,
  run: Run,
  instance: InstanceSecrets,
  nowMs: number,
): Promise<{ url: string; headers: Record<string, string>; body: string }> {
  const trace = childTrace(parseTraceparent(event.traceparent));
  const grant = {
    tenantId: delivery.tenantId,
    executionId: delivery.executionId,
    attempt: delivery.runAttempt,
    instanceId: instance.id,
    workflowId: run.workflowId,
    hop: event.hop + 1,
    scopes: ["run:claim", "run:complete", ...run.operations],
  };
  const body = JSON.stringify({
    ...toEnvelope(event, ctx.publicUrl),
    executionid: delivery.executionId,
    attempt: delivery.runAttempt,
    workflow: run.workflowId,
    trigger: run.trigger,
    callbackurl: ctx.hooksUrl,
  });
  return {
    url: `${instance.baseUrl.replace(/\/+$/, "")}/${run.webhookPath.replace(/^\/+/, "")}`,
    body,
    headers: {
      "content-type": "application/cloudevents+json",
      "user-agent": "Rainwire-Webhooks/1",
      traceparent: formatTraceparent(trace),
      "x-rainwire-key": instance.webhookKey,
      "x-rainwire-token": await mintRunToken(ctx.secret, grant, nowMs, Math.max(run.timeoutMs, TOKEN_LIFETIME_MS)),
      ...signWebhook(instance.signingSecret, delivery.executionId, new Date(nowMs), body),
    },
  };
}
