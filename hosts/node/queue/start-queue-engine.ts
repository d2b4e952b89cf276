import { randomInt } from "node:crypto";
import type pg from "pg";
import type { Leased, QueueConsumer, QueueLog } from "#hosts/running/queue/message.ts";
import type { Signals } from "#shared/events/signals.ts";
import { type Claimed, type ClaimRequest, claim, nextDueInMs } from "./claim.ts";
import { createLane, type Lane } from "./lane.ts";
import { openLeaseSession } from "./lease-session.ts";
import { createPace } from "./pace.ts";
import { releaseCrashed } from "./release-crashed.ts";
import { renewLeases } from "./renew-leases.ts";
import { createSettler } from "./settler.ts";
import { createTurn, type Turn } from "./turn.ts";

const DEFAULT_LEASE_MS = 30_000;
/** How long a lost wake-up, a crash elsewhere or a late commit goes unnoticed at most. */
const SWEEP_MS = 1000;
/** After a restart of PostgreSQL every process needs a moment to take its lock again before it may be called dead. */
const LOCK_GRACE_MS = 5000;
/** Claiming pauses while so many settlements wait to be written. */
const MOST_UNSETTLED = 10_000;

export interface QueueEngineOptions {
  /** For settlements. */
  pool: pg.Pool;
  /** For the connection that claims. It holds a session lock, so no pooler in transaction mode may stand between. */
  connectionString: string;
  signals: Signals;
  consumers: readonly QueueConsumer[];
  log: QueueLog;
  /** The host's row in `host_processes`; without it the engine makes one and marks it stopped at the end. */
  processId?: number;
}

export interface QueueEngine {
  readonly processId: number;
  /**
   * Claims nothing more, waits for the handlers and writes their settlements; what no handler has seen goes back. What
   * still runs after `timeoutMs` stays leased, and is given back by another process once this one ends.
   */
  stop(options: { timeoutMs: number }): Promise<void>;
  stats(): { queue: string; held: number; callsInFlight: number }[];
}

/** Runs the queues of this process on the outbox. @throws when PostgreSQL is not there */
export async function startQueueEngine(options: QueueEngineOptions): Promise<QueueEngine> {
  const { pool, signals, log } = options;
  const processId = options.processId ?? randomInt(1, 2 ** 31);
  const crashed = new Set<number>();
  let isStopping = false;
  let shouldForesee = true;
  let ring = () => {};
  let dueTimer: NodeJS.Timeout | undefined;

  const session = await openLeaseSession({
    connectionString: options.connectionString,
    processId,
    host: "node",
    log,
    onBack: () => lookAgain(),
  });
  const settler = createSettler({
    pool,
    processId,
    log,
    onSettled(messages, claimableInMs) {
      for (const message of messages) {
        const held = lanes.get(message.queue)?.lane.held;
        if (held?.get(message.id)?.message === message) held.delete(message.id); // not a later lease of the same message
      }
      if (claimableInMs !== undefined && claimableInMs <= 0) lookAgain();
      else if (settler.pendingCount < MOST_UNSETTLED) ring();
      // A longer wait is foreseen by a sweep.
      if (claimableInMs && claimableInMs <= SWEEP_MS) setTimeout(lookAgain, claimableInMs + 1).unref();
    },
  });
  const lanes = new Map<string, { lane: Lane; turn: Turn; leaseMs: number }>();
  for (const consumer of options.consumers) {
    const lane = createLane({
      consumer,
      log,
      onRoom: () => ring(),
      settle: (message, decided) => settler.settle(message, decided),
    });
    lanes.set(consumer.queue, { lane, turn: createTurn(), leaseMs: consumer.settings.leaseMs ?? DEFAULT_LEASE_MS });
  }
  const queues = [...lanes.keys()];
  const pace = createPace();

  function lookAgain(): void {
    for (const { turn } of lanes.values()) turn.wake();
    ring();
  }

  function requests(): ClaimRequest[] {
    if (settler.pendingCount >= MOST_UNSETTLED) return [];
    return [...lanes].flatMap(([queue, { lane, turn, leaseMs }]) => {
      const room = lane.room();
      return turn.isDry() || room === 0 ? [] : [{ queue, room, leaseMs, ...turn.begin() }];
    });
  }

  async function claimOnce(client: pg.Client, wanted: ClaimRequest[]): Promise<void> {
    const isForeseeing = shouldForesee;
    shouldForesee = false;
    const [claimed, dueInMs] = await Promise.all([
      claim(client, processId, wanted),
      isForeseeing ? nextDueInMs(client, queues, SWEEP_MS * 1.5) : null,
    ]);
    if (dueInMs !== null) {
      clearTimeout(dueTimer);
      dueTimer = setTimeout(lookAgain, Math.ceil(dueInMs) + 1);
    }
    for (const request of wanted) {
      const entry = lanes.get(request.queue);
      const got: Claimed | undefined = claimed.get(request.queue);
      if (!entry || !got) continue;
      entry.turn.end(request, got);
      if (isStopping) giveBack(got.messages);
      else entry.lane.accept(got.messages);
    }
  }

  function giveBack(messages: Leased[]): void {
    for (const message of messages) {
      settler.settle(message, { outcome: "retry", delayMs: 0, error: null, isAttemptSpent: false });
    }
  }

  async function run(): Promise<void> {
    let isFailing = false;
    while (!isStopping) {
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      const { client } = session;
      const wanted = client ? requests() : [];
      if (!client || wanted.length === 0) {
        const isAllTaken = [...lanes.values()].every(({ turn }) => turn.isDry());
        await rung;
        if (isAllTaken) await pace.next();
        continue;
      }
      try {
        await claimOnce(client, wanted);
        isFailing = false;
      } catch (error) {
        for (const request of wanted) lanes.get(request.queue)?.turn.sweep();
        shouldForesee = true;
        if (!isFailing && session.client)
          log.error("queue: claiming failed; it is tried again", { error: String(error) });
        isFailing = true;
        await Promise.race([rung, new Promise((resolve) => setTimeout(resolve, 200))]);
      }
    }
  }

  async function watch(): Promise<void> {
    const { client } = session;
    if (!client) return;
    await renewLeases(client, processId, [...lanes.values()]);
    const { backSinceMs } = session;
    if (backSinceMs !== undefined && performance.now() - backSinceMs < LOCK_GRACE_MS) return;
    const count = await releaseCrashed(client, processId, crashed);
    if (count > 0) {
      log.warn("queue: gave back the messages of a process that ended", { count });
      signals.publish("outbox");
    }
  }

  let watching: Promise<void> = watch();
  await watching;
  const sweepTimer = setInterval(() => {
    shouldForesee = true;
    for (const { turn } of lanes.values()) turn.sweep();
    ring();
    watching = watching.then(watch).catch((error: unknown) => {
      if (session.client) log.error("queue: the watch over leases failed", { error: String(error) });
    });
  }, SWEEP_MS);
  const unsubscribe = signals.subscribe("outbox", lookAgain);
  const running = run();

  return {
    processId,
    stats: () =>
      [...lanes].map(([queue, { lane }]) => ({ queue, held: lane.held.size, callsInFlight: lane.callCount })),
    async stop({ timeoutMs }) {
      const deadlineMs = performance.now() + timeoutMs;
      const leftMs = () => Math.max(0, deadlineMs - performance.now());
      isStopping = true;
      unsubscribe();
      ring();
      clearTimeout(dueTimer);
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, leftMs()).unref())]);
      for (const { lane } of lanes.values()) giveBack(lane.takeUnstarted());
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, leftMs());
      });
      await Promise.race([Promise.all([...lanes.values()].map(({ lane }) => lane.idle())), timeout]);
      clearTimeout(timer);
      clearInterval(sweepTimer);
      pace.close();
      await settler.drain(leftMs());
      await watching;
      const isClean = [...lanes.values()].every(({ lane }) => lane.callCount === 0) && settler.pendingCount === 0;
      if (isClean && options.processId === undefined) {
        await session.client
          ?.query("update host_processes set stopped_at = now() where id = $1", [processId])
          .catch(() => undefined);
      }
      await session.close();
      signals.publish("outbox");
    },
  };
}
