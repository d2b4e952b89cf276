import { z } from "zod";
import { beginRound, type Round } from "./delivery-round.ts";
import type { EndpointMessage, EndpointsContext } from "./endpoints-context.ts";
import { type Brought, holdDeliveries, readMaterial, type SendingMaterial } from "./hold-deliveries.ts";
import { recordOutcomes } from "./record-outcomes.ts";

/** How long a batch waits for its slowest answers; after that they are recorded when they come. */
const PATIENCE_MS = 200;
/** Late answers that come together are recorded together. */
const COLLECT_MS = 20;

const Pair = z.tuple([z.uuid(), z.uuid()]);
const Message = z.union([
  z.object({ deliveries: z.array(Pair), isOrdered: z.boolean() }),
  z.object({ endpointId: z.uuid() }),
]);

/** A message of the queue `endpoint-deliveries`, or undefined when it is none. */
export const readEndpointMessage = (body: unknown): EndpointMessage | undefined => Message.safeParse(body).data;

export interface Handed {
  message: EndpointMessage;
  /** It was handed out before: whoever had it may have sent part of it. */
  isRedelivery: boolean;
}

const NOTHING: SendingMaterial = { endpoints: new Map(), events: new Map() };

/**
 * Sends what a batch of messages brings: takes it, sends it at the same time to all endpoints, each within its bound,
 * and records it in one batch. It waits {@link PATIENCE_MS} for answers; requests that take longer are leased, and
 * recorded when they end, so a dead endpoint holds nobody up. What finds no slot in that time is parked until one is
 * free. After a crash at any line, the messages or the leases bring the unrecorded ones back, under the same ids.
 */
export async function deliverToEndpoints(ctx: EndpointsContext, handed: readonly Handed[]): Promise<void> {
  const brought = sortOut(ctx, handed);
  const held = await holdDeliveries(ctx.db, brought);
  const material = held.length > 0 ? await readMaterial(ctx.db, held) : NOTHING;
  const round = beginRound(ctx, held, material, PATIENCE_MS);
  await round.endedOr(PATIENCE_MS);
  const underWay = await round.giveUpWaiting();
  const lookAfter = new Set(brought.woken.map(({ endpointId }) => endpointId));
  await recordOutcomes(ctx.db, { ...round.take(), underWay, lookAfter, now: new Date(ctx.clock()) });
  if (underWay.length > 0) ctx.waitUntil(recordLate(ctx, round));
}

function sortOut(ctx: EndpointsContext, handed: readonly Handed[]): Brought {
  const fresh: [string, string][] = [];
  const again: [string, string][] = [];
  const ordered: [string, string][] = [];
  const woken = new Set<string>();
  for (const { message, isRedelivery } of handed) {
    if ("endpointId" in message) woken.add(message.endpointId);
    else (message.isOrdered ? ordered : isRedelivery ? again : fresh).push(...message.deliveries);
  }
  const rooms = [...woken].map((endpointId) => ({ endpointId, room: ctx.endpointGate.room(endpointId) }));
  return { fresh, again, ordered, woken: rooms };
}

/** Records what was still under way, as it ends; each frees a slot that a parked delivery may have. */
async function recordLate(ctx: EndpointsContext, round: Round): Promise<void> {
  for (let next = round.nextEnd(); next; next = round.nextEnd()) {
    await next;
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    const late = round.take();
    const lookAfter = new Set(late.attempted.map(({ endpoint }) => endpoint.id));
    await recordOutcomes(ctx.db, { ...late, underWay: [], lookAfter, now: new Date(ctx.clock()) });
  }
}
