import type { StoredEvent } from "#shared/events/envelope.ts";
import type { Ending } from "./endpoint-gate.ts";
import type { EndpointsContext } from "./endpoints-context.ts";
import type { HeldDelivery, SendingEndpoint, SendingMaterial } from "./hold-deliveries.ts";
import { type EndpointOutcome, type EndpointVerdict, notSent, outcomeOf } from "./judge-endpoint.ts";
import type { Attempted, Parked } from "./record-outcomes.ts";
import { bodyOf, secretsOf, sendDelivery } from "./send-delivery.ts";

/** The requests of one batch, each within its endpoint's bound. */
export interface Round {
  /** Resolves when all have ended but those to endpoints that were slow before, or after so long. */
  endedOr(waitMs: number): Promise<void>;
  /** Something went in flight, or waits for a slot at an endpoint that answered, in the last so many ms. */
  isMoving(withinMs: number): boolean;
  /** Parks what still waits for a slot, and says what is in flight. */
  giveUpWaiting(): Promise<HeldDelivery[]>;
  /** What ended or was parked since the last call. */
  take(): { attempted: Attempted[]; parked: Parked[] };
  /** Resolves when the next one in flight ends, or at once when one has ended that nobody took. */
  nextEnd(): Promise<unknown>;
  /** Nothing is in flight, and all that ended was taken. */
  isOver(): boolean;
}

/** @param patienceMs an endpoint with a request in flight for longer is not waited for */
export function beginRound(
  ctx: EndpointsContext,
  held: readonly HeldDelivery[],
  material: SendingMaterial,
  patienceMs: number,
): Round {
  const patience = new AbortController();
  const inFlight = new Map<HeldDelivery, Promise<void>>();
  const awaited: Promise<void>[] = [];
  let sentAtMs = Number.NEGATIVE_INFINITY; // the latest of those awaited
  const waiting = new Map<string, number>(); // deliveries by endpoint
  const bodies = new Map<string, string>();
  let attempted: Attempted[] = [];
  let parked: Parked[] = [];

  const bodyFor = (event: StoredEvent): string => {
    const body = bodies.get(event.id) ?? bodyOf(event, ctx.publicUrl);
    bodies.set(event.id, body);
    return body;
  };

  /** Puts a delivery in flight or parks it. */
  async function decide(delivery: HeldDelivery): Promise<void> {
    const endpoint = material.endpoints.get(delivery.endpointId);
    if (!endpoint) return; // deleted since, and its deliveries with it
    const { status, blockedUntil } = endpoint;
    const atMs = ctx.clock();
    const enteredAtMs = status === "active" && blockedUntil === null ? await enter(delivery, atMs) : undefined;
    if (enteredAtMs === undefined) {
      parked.push({ delivery, until: status === "active" ? blockedUntil : null });
      return;
    }
    const isAwaited = !ctx.endpointGate.isSlow(endpoint.id, enteredAtMs, patienceMs);
    const sending = send(delivery, endpoint, enteredAtMs).finally(() => inFlight.delete(delivery));
    inFlight.set(delivery, sending);
    if (!isAwaited) return;
    awaited.push(sending);
    sentAtMs = enteredAtMs;
  }

  function enter(
    { endpointId, wasParked }: HeldDelivery,
    atMs: number,
  ): number | undefined | Promise<number | undefined> {
    const { endpointGate: gate } = ctx;
    if (gate.hasBacklog(endpointId) && !wasParked) return undefined;
    if (gate.room(endpointId) === 0 && gate.isSlow(endpointId, atMs, patienceMs)) return undefined;
    const entry = gate.enter(endpointId, atMs, patience.signal);
    if (typeof entry === "number") return entry;
    waiting.set(endpointId, (waiting.get(endpointId) ?? 0) + 1);
    return entry.finally(() => waiting.set(endpointId, (waiting.get(endpointId) ?? 1) - 1));
  }

  async function send(delivery: HeldDelivery, endpoint: SendingEndpoint, enteredAtMs: number): Promise<void> {
    const startedAtMs = ctx.clock();
    const verdict = await verdictOf(delivery, endpoint);
    ctx.endpointGate.leave(endpoint.id, enteredAtMs, endingOf(verdict), ctx.clock());
    const attempt = delivery.attempts + 1;
    const outcome: EndpointOutcome = material.events.has(delivery.eventId)
      ? outcomeOf(verdict, attempt, ctx.random())
      : { kind: "dead" };
    const durationMs = ctx.clock() - startedAtMs;
    attempted.push({ delivery, endpoint, verdict, outcome, startedAt: new Date(startedAtMs), durationMs });
  }

  async function verdictOf(delivery: HeldDelivery, endpoint: SendingEndpoint): Promise<EndpointVerdict> {
    const event = material.events.get(delivery.eventId);
    if (!event) return notSent("its event is no longer in the history");
    let secrets: string[];
    try {
      secrets = await secretsOf(ctx, endpoint);
    } catch {
      ctx.log.error("an endpoint's secret does not open: was RAINWIRE_SECRET changed?", { endpoint: endpoint.id });
      return notSent("its secret does not open: rotate it");
    }
    return await sendDelivery(ctx, endpoint, { event, body: bodyFor(event), secrets });
  }

  const decided = Promise.all(held.map(decide));
  const ended = decided.then(() => Promise.all(awaited));
  return {
    async endedOr(waitMs) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const time = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([ended, time]);
      clearTimeout(timer);
    },
    isMoving(withinMs) {
      const sinceMs = ctx.clock() - withinMs;
      if (inFlight.size > 0 && sentAtMs > sinceMs) return true;
      return [...waiting].some(([id, count]) => {
        const answeredAtMs = ctx.endpointGate.lastAnswerAtMs(id);
        return count > 0 && answeredAtMs !== undefined && answeredAtMs > sinceMs;
      });
    },
    async giveUpWaiting() {
      patience.abort("nobody waits"); // a reason of its own: the default is an error with a stack
      await decided;
      return [...inFlight.keys()];
    },
    take() {
      const taken = { attempted, parked };
      attempted = [];
      parked = [];
      return taken;
    },
    nextEnd: () => (attempted.length > 0 ? Promise.resolve() : Promise.race(inFlight.values())),
    isOver: () => inFlight.size === 0 && attempted.length === 0 && parked.length === 0,
  };
}

const endingOf = ({ isSilent, isFailing }: EndpointVerdict): Ending =>
  isSilent ? "hung" : isFailing ? "failed" : "answered";
