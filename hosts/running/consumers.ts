import type { Outcome } from "#shared/costs/invocation.ts";
import { queueOperations } from "#shared/costs/queue-operations.ts";
import { PermanentError, RetryAt, SomeFailed, type Subscription } from "#shared/events/observe.ts";
import { Batch, type Each } from "#shared/raindrop/handlers.ts";
import type { Message, MessageBatch, RetryOptions } from "#shared/raindrop/queue.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import type { HandlerClass } from "./handler-class.ts";
import type { LeasedMessage, QueueConsumer, Settlement } from "./queue/message.ts";
import { type Background, runInvocation } from "./run-invocation.ts";

export interface ConsumerOptions {
  /** The observer's. */
  name: string;
  queue: string;
  Handler: HandlerClass;
  subscription: Subscription;
  env: object;
  instance: Instance;
  background: Background;
}

const OUTCOMES: Record<Settlement["outcome"], Outcome> = { ack: "ok", retry: "retry", dead: "dead" };

/** An observer on its queue. An `Each` is an invocation per message, a `Batch` one for all of them. */
export function consumerOf(options: ConsumerOptions): QueueConsumer {
  const { queue, subscription, Handler } = options;
  const { batchSize, maxWaitMs, attempts, concurrency } = subscription;
  const isBatch = Handler.prototype instanceof Batch;
  return {
    queue,
    settings: isBatch
      ? { batchSize, maxWaitMs, attempts, concurrency }
      : { batchSize: 1, maxWaitMs: 0, attempts, concurrency },
    async handle(messages) {
      if (isBatch) return await handleBatch(options, messages);
      const settled = await Promise.all(
        messages.map(async (leased) => [leased.id, await handleEach(options, leased)] as const),
      );
      return new Map(settled);
    },
  };
}

function settleEach(tracked: readonly Tracked[], { errors }: SomeFailed): void {
  for (const each of tracked) {
    const { id } = each.message;
    each.settlement ??= errors.has(id) ? settlementOf(errors.get(id)) : { outcome: "ack" };
  }
}

/** What a thrown error means for its message. */
function settlementOf(error: unknown): Settlement {
  if (error instanceof RetryAt)
    return { outcome: "retry", delayMs: error.delayMs, error: error.message, isAttemptSpent: false };
  if (error instanceof PermanentError) return { outcome: "dead", reason: error.reason, detail: error.message };
  return { outcome: "retry", error: messageOf(error) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function countReceived({ invocation: { counts } }: HostContext, messages: readonly LeasedMessage[]): void {
  counts.queueMessages += messages.length;
  for (const { body } of messages) counts.queueBytes += JSON.stringify(body).length;
}

function countSettled({ invocation: { counts } }: HostContext, leased: LeasedMessage, settlement: Settlement): void {
  counts.queueOperations += queueOperations(JSON.stringify(leased.body).length, leased.attempts, settlement.outcome);
}

interface Tracked {
  message: Message;
  settlement: Settlement | undefined;
}

function track(leased: LeasedMessage): Tracked {
  const tracked: Tracked = {
    settlement: undefined,
    message: {
      id: leased.id,
      timestamp: leased.enqueuedAt,
      body: leased.body,
      attempts: leased.attempts,
      ack: () => {
        tracked.settlement ??= { outcome: "ack" };
      },
      retry: (options) => {
        tracked.settlement ??= retryOf(options);
      },
    },
  };
  return tracked;
}

const retryOf = ({ delaySeconds }: RetryOptions = {}): Settlement =>
  delaySeconds === undefined ? { outcome: "retry" } : { outcome: "retry", delayMs: delaySeconds * 1000 };

const logFields = (settlement: Settlement): Record<string, string | number | null> =>
  settlement.outcome === "ack"
    ? {}
    : {
        error: "reason" in settlement ? `${settlement.reason}: ${settlement.detail ?? ""}` : (settlement.error ?? null),
      };

async function handleEach(
  { name, Handler, env, instance, background }: ConsumerOptions,
  leased: LeasedMessage,
): Promise<Settlement> {
  const { settlement } = await runInvocation(instance, background, {
    functionName: name,
    trigger: "message",
    work: async (ctx: HostContext) => {
      ctx.invocation.tenantId = leased.tenantId;
      countReceived(ctx, [leased]);
      const tracked = track(leased);
      let thrown: unknown;
      try {
        await (new Handler(ctx, env) as Each<unknown, object>).process(tracked.message); // safe: not a Batch, so an Each
      } catch (error) {
        thrown = error;
        tracked.settlement ??= settlementOf(error);
      }
      const settlement = tracked.settlement ?? { outcome: "ack" };
      countSettled(ctx, leased, settlement);
      return { value: { settlement, thrown }, outcome: OUTCOMES[settlement.outcome] };
    },
    fields: ({ settlement, thrown }) => ({
      messageId: leased.id,
      attempts: leased.attempts,
      ...(thrown === undefined ? {} : { error: messageOf(thrown) }),
      ...logFields(settlement),
    }),
  });
  return settlement;
}

async function handleBatch(options: ConsumerOptions, messages: LeasedMessage[]): Promise<Map<string, Settlement>> {
  const { name, queue, Handler, env, instance, background } = options;
  const { settled } = await runInvocation(instance, background, {
    functionName: name,
    trigger: "message",
    work: async (ctx: HostContext) => {
      countReceived(ctx, messages);
      const tracked = messages.map(track);
      const settleRest = (settlement: Settlement) => {
        for (const each of tracked) each.settlement ??= settlement;
      };
      const batch: MessageBatch = {
        queue,
        messages: tracked.map((each) => each.message),
        ackAll: () => settleRest({ outcome: "ack" }),
        retryAll: (retry) => settleRest(retryOf(retry)),
      };
      let thrown: unknown;
      try {
        await (new Handler(ctx, env) as Batch<unknown, object>).process(batch); // safe: checked by its prototype
        settleRest({ outcome: "ack" });
      } catch (error) {
        thrown = error;
        if (error instanceof SomeFailed) settleEach(tracked, error);
        else settleRest(settlementOf(error));
      }
      const settled = new Map(
        tracked.map(({ message, settlement }) => [message.id, settlement ?? { outcome: "ack" as const }]),
      );
      for (const leased of messages) countSettled(ctx, leased, settled.get(leased.id) ?? { outcome: "ack" });
      const outcomes = new Set([...settled.values()].map(({ outcome }) => outcome));
      const outcome = outcomes.has("dead") ? "dead" : outcomes.has("retry") ? "retry" : "ok";
      return { value: { settled, thrown }, outcome };
    },
    fields: ({ settled, thrown }) => ({
      messages: settled.size,
      ...(thrown === undefined ? {} : { error: messageOf(thrown) }),
    }),
  });
  return settled;
}
