import { z } from "zod";
import { beginRound, type Round } from "./delivery-round.ts";
import type { EndpointMessage, EndpointsContext } from "./endpoints-context.ts";
import {
  type Brought,
  type HeldDelivery,
  holdDeliveries,
  readMaterial,
  type SendingMaterial,
} from "./hold-deliveries.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { wakeEndpoints } from "./wake-endpoints.ts";

/** How long a batch waits for its slowest answers; after that they are recorded when they come. */
const PATIENCE_MS = 400;
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
  await record(ctx, round, underWay, brought.woken);
  if (underWay.length > 0) ctx.waitUntil(recordLate(ctx, round));
}

/**
 * Records what has ended. Of an endpoint without room something may stay parked: it is left to the end of a request in
 * flight, which looks whether that was noted; noting is done after the commit, so that neither can miss the other.
 */
async function record(
  ctx: EndpointsContext,
  round: Round,
  underWay: readonly HeldDelivery[],
  woken: Brought["woken"],
): Promise<void> {
  const { endpointGate: gate } = ctx;
  const { attempted, parked } = round.take();
  const lookAfter = new Set(woken.filter(({ room }) => room > 0).map(({ endpointId }) => endpointId));
  for (const { endpoint } of attempted) if (gate.takeBacklog(endpoint.id)) lookAfter.add(endpoint.id);
  await recordOutcomes(ctx.db, { attempted, parked, underWay, lookAfter, now: new Date(ctx.clock()) });
  const full = new Set([
    ...woken.filter(({ room }) => room === 0).map(({ endpointId }) => endpointId),
    ...parked.filter(({ until }) => until === null).map(({ delivery }) => delivery.endpointId),
  ]);
  const isFree = Map.groupBy(full, (id) => gate.room(id) > 0);
  for (const id of isFree.get(false) ?? []) gate.noteBacklog(id);
  const free = isFree.get(true) ?? [];
  if (free.length > 0) await ctx.db.query(wakeEndpoints(free));
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
  while (!round.isOver()) {
    await round.nextEnd();
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    await record(ctx, round, [], []);
  }
}
