import { z } from "zod";
import type { EndpointMessage, EndpointsContext } from "./endpoints-context.ts";
import { type Brought, holdDeliveries, readMaterial, type SendingMaterial } from "./hold-deliveries.ts";
import { MOVING_MS, PATIENCE_MS, sendHeld } from "./send-held.ts";

/** Deliveries that a wake takes at most: of an endpoint that goes on answering, more than it has slots for. */
const MOST_TAKEN = 256;

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
 * Sends what a batch of messages brings: takes it, sends it and records it (`sendHeld`). After a crash at any line, the
 * messages or the leases bring the unrecorded ones back, under the same ids.
 */
export async function deliverToEndpoints(ctx: EndpointsContext, handed: readonly Handed[]): Promise<void> {
  const brought = sortOut(ctx, handed);
  const held = await holdDeliveries(ctx.db, brought);
  for (const { endpointId, room } of brought.woken) {
    const taken = held.filter((each) => each.wasParked && each.endpointId === endpointId).length;
    if (taken < room) ctx.endpointGate.endBacklog(endpointId);
  }
  const material = held.length > 0 ? await readMaterial(ctx.db, held) : NOTHING;
  await sendHeld(ctx, held, material, brought.woken);
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
