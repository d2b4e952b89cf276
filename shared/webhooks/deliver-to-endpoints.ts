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
/** How long it waits at most for slots at endpoints that go on answering: better than to park and to fetch back. */
const MOST_PATIENCE_MS = 1_200;
const MOVING_MS = 200;
/** Deliveries that a wake takes at most: of an endpoint that goes on answering, more than it has slots for. */
const MOST_TAKEN = 256;
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
  for (const { endpointId, room } of brought.woken) {
    const taken = held.filter((each) => each.wasParked && each.endpointId === endpointId).length;
    if (taken < room) ctx.endpointGate.endBacklog(endpointId);
  }
  const material = held.length > 0 ? await readMaterial(ctx.db, held) : NOTHING;
  const round = beginRound(ctx, held, material, PATIENCE_MS);
  await round.endedOr(PATIENCE_MS);
  for (let waitedMs = PATIENCE_MS; waitedMs < MOST_PATIENCE_MS && round.isMoving(MOVING_MS); waitedMs += MOVING_MS) {
    await round.endedOr(MOVING_MS);
  }
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
  for (const { endpoint } of attempted) if (gate.takeWakeAsked(endpoint.id)) lookAfter.add(endpoint.id);
  await recordOutcomes(ctx.db, { attempted, parked, underWay, lookAfter, now: new Date(ctx.clock()) });
  const full = new Set(woken.filter(({ room }) => room === 0).map(({ endpointId }) => endpointId));
  for (const { delivery, until } of parked) {
    if (until !== null) continue;
    gate.noteBacklog(delivery.endpointId);
    full.add(delivery.endpointId);
  }
  const isFree = Map.groupBy(full, (id) => gate.room(id) > 0);
  for (const id of isFree.get(false) ?? []) gate.askForWake(id);
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
  return {
    fresh,
    again,
    ordered,
    woken: [...woken].map((endpointId) => ({ endpointId, room: roomFor(ctx, endpointId) })),
  };
}

/** How many parked deliveries a wake takes: what has a slot, and of an endpoint that answers, what will have one soon. */
function roomFor({ endpointGate: gate, clock }: EndpointsContext, endpointId: string): number {
  const nowMs = clock();
  const answeredAtMs = gate.lastAnswerAtMs(endpointId);
  const isQuick = answeredAtMs !== undefined && nowMs - answeredAtMs < MOVING_MS;
  const isSlow = gate.isSlow(endpointId, nowMs, PATIENCE_MS);
  return isQuick && !isSlow ? MOST_TAKEN : gate.room(endpointId);
}

/** Records what was still under way, as it ends; each frees a slot that a parked delivery may have. */
async function recordLate(ctx: EndpointsContext, round: Round): Promise<void> {
  while (!round.isOver()) {
    await round.nextEnd();
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    await record(ctx, round, [], []);
  }
}
