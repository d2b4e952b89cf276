import { beginRound, type Round } from "./delivery-round.ts";
import type { EndpointsContext } from "./endpoints-context.ts";
import type { Brought, HeldDelivery, SendingMaterial } from "./hold-deliveries.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { wakeEndpoints } from "./wake-endpoints.ts";

/** How long a batch waits for its slowest answers; after that they are recorded when they come. */
export const PATIENCE_MS = 400;
/** How long it waits at most for slots at endpoints that go on answering: better than to park and to fetch back. */
const MOST_PATIENCE_MS = 10_000;
export const MOVING_MS = 200;
/** Late answers that come together are recorded together. */
const COLLECT_MS = 20;

/**
 * Sends deliveries at the same time to all their endpoints, each within its bound, and records them together. It waits
 * {@link PATIENCE_MS} for answers; requests that take longer are leased, and recorded when they end, so a dead endpoint
 * holds nobody up. What finds no slot in that time is parked until one is free.
 */
export async function sendHeld(
  ctx: EndpointsContext,
  held: readonly HeldDelivery[],
  material: SendingMaterial,
  woken: Brought["woken"] = [],
): Promise<void> {
  const round = beginRound(ctx, held, material, PATIENCE_MS);
  await round.endedOr(PATIENCE_MS);
  for (let waitedMs = PATIENCE_MS; waitedMs < MOST_PATIENCE_MS && round.isMoving(MOVING_MS); waitedMs += MOVING_MS) {
    await record(ctx, round, [], []);
    await round.endedOr(MOVING_MS);
  }
  const underWay = await round.giveUpWaiting();
  await record(ctx, round, underWay, woken);
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

/** Records what was still under way, as it ends; each frees a slot that a parked delivery may have. */
async function recordLate(ctx: EndpointsContext, round: Round): Promise<void> {
  while (!round.isOver()) {
    await round.nextEnd();
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    await record(ctx, round, [], []);
  }
}
