import type { Broadcast } from "./broadcast.ts";
import { type CacheStore, generationOf, isOfLife } from "./cache-store.ts";
import { createGeneration } from "./generation.ts";
import { createGreeting } from "./greeting.ts";
import { createLease } from "./lease.ts";
import { createOutgoing } from "./outgoing-news.ts";
import type { Peers, PeersListener } from "./peers.ts";

export interface PeersOptions {
  readonly broadcast: Broadcast;
  /** Names this process among the others; without spaces. */
  readonly id: string;
  /** What the processes keep together; undefined: nothing. */
  readonly store?: Pick<CacheStore, "life" | "look"> | undefined;
  /** For how long a process may answer from what it keeps after it last heard itself. A write waits no longer for one that is silent. */
  readonly leaseMs?: number;
  readonly nowMs?: () => number;
}

const LEASE_MS = 2_000;
/** Beats of a lease: some may be late. */
const BEATS = 5;
/** After so many leases a generation of another life of the store is taken for forgotten. */
const FOREIGN_LEASES = 3;

/**
 * {@link Peers} over a channel in one order. A process that hears a beat of its own has heard all that was sent before
 * that beat, so it may answer from what it keeps until `leaseMs` after it sent the beat. Whoever writes waits for the
 * acknowledgements of all that it knows, or until `leaseMs` after its news was in the channel: who has not heard that
 * has heard no later beat either, and its lease is over. No clocks are compared.
 *
 * A process answers from what it keeps only when all that may do so know it ({@link createGreeting}). One whose lease has
 * ended may have been forgotten, so it greets again. One that vanishes may have written what it never told, so the others
 * forget all they keep.
 *
 * The store's generation is decided on the same channel: news say in which one the changes were ended, and when that is not the
 * one in use, all leave it. The next one is begun by whoever reaches the store.
 */
export function createPeers({
  broadcast,
  id,
  store,
  leaseMs = LEASE_MS,
  nowMs = () => performance.now(),
}: PeersOptions): Peers {
  const known = new Map<string, number>(); // the others, and when each was last heard
  const lease = createLease(leaseMs, nowMs);
  const generation = createGeneration();
  const greeting = createGreeting({ broadcast, id, leaseMs, nowMs, onSettled: () => settled() });
  const isHearing = (): boolean => isUp && !lease.isOver && greeting.isSettled;
  const news = createOutgoing({
    broadcast,
    id,
    leaseMs,
    nowMs,
    known: () => (isHearing() ? known.keys() : undefined),
  });
  const acks = new Map<string, number>();
  let listener: PeersListener | undefined;
  let isUp = false;
  let isAcking = false;
  let isRenewing = false;
  let toLeave: string | undefined;
  let foreignSinceMs: number | undefined;

  const send = (text: string): Promise<void> => broadcast.send(text).catch(() => undefined);

  function settled(): void {
    news.settled();
    renew();
  }

  function sendBeat(kind: "beat" | "hello", note = ""): void {
    send(`${kind} ${id} ${lease.nextBeat()}${note}`);
  }

  function greet(note = ""): void {
    greeting.begin();
    sendBeat("hello", note);
  }

  function takeOwnBeat(kind: string, beat: number): void {
    if (!isUp) return;
    if (kind === "beat" && lease.isOver) {
      if (greeting.beganAtMs + leaseMs < nowMs()) greet();
      return;
    }
    if (lease.heard(beat) && kind === "hello") greeting.heard();
  }

  async function sendAcks(): Promise<void> {
    if (isAcking) return;
    isAcking = true;
    await Promise.resolve();
    while (acks.size > 0) {
      const all = [...acks].map(([to, sequence]) => `${to}=${sequence}`);
      acks.clear();
      await send(`ack ${id} ${all.join(" ")}`); // else the writer waits for the lease instead
    }
    isAcking = false;
  }

  function hear(text: string): void {
    const [kind = "", from = "", ...rest] = text.split(" ");
    if (kind === "changed") {
      listener?.changed([from, ...rest]);
      return;
    }
    if (kind === "all") {
      listener?.moveAll();
      generation.compare(undefined);
      return;
    }
    if (from !== id) known.set(from, nowMs());
    switch (kind) {
      case "hello":
      case "beat":
        if (from === id) takeOwnBeat(kind, Number(rest[0]));
        else if (kind === "hello") {
          if (rest[1] === "anew") news.left(from); // it keeps nothing from before
          send(`welcome ${id} ${from} ${generation.isKnown ? (generation.name ?? "-") : "?"}`);
          greeting.metBy(from);
        }
        return;
      case "welcome":
        if (rest[0] !== id) return;
        if (rest[1] !== "?") generation.learn(named(rest[1]));
        greeting.metBy(from);
        return;
      case "news": {
        const [sequence, endedIn, ...tags] = rest;
        generation.compare(named(endedIn));
        if (from === id) {
          news.heard(Number(sequence));
          return;
        }
        listener?.move(tags);
        acks.set(from, Number(sequence));
        sendAcks();
        return;
      }
      case "ack":
        for (const one of rest) {
          const [to, sequence] = one.split("=");
          if (to === id) news.acknowledged(from, Number(sequence));
        }
        return;
      case "begin":
        generation.begin(rest[0] ?? "");
        return;
      case "leave":
        generation.leave(rest[0] ?? "");
        return;
      case "bye":
        known.delete(from);
        news.left(from);
    }
  }

  function look(): void {
    if (isUp) sendBeat("beat");
    if (isUp) greeting.look(known);
    if (toLeave !== undefined && toLeave === generation.name) send(`leave ${id} ${toLeave}`);
    if (!isHearing()) return;
    for (const [other, heardAtMs] of known) {
      // This process has heard all that was sent before one lease ago, so that one has sent nothing for the lease before
      // that: its own is over, and it has to greet again.
      if (heardAtMs + 2 * leaseMs > nowMs()) continue;
      known.delete(other);
      news.left(other);
      broadcast.strike([other]).catch(() => undefined); // then the next that comes waits for it
      listener?.moveAll();
      if (generation.name !== undefined) leave(generation.name);
    }
    renew();
  }

  function leave(name: string): void {
    toLeave = name;
    send(`leave ${id} ${name}`);
  }

  /** Begins a generation when none is in use, or long only one of a server that is gone. */
  async function renew(): Promise<void> {
    const life = store?.life();
    if (!store || life === undefined || isRenewing || !isHearing()) return;
    if (generation.isKnown && generation.name !== undefined) {
      if (isOfLife(generation.name, life)) foreignSinceMs = undefined;
      else foreignSinceMs ??= nowMs();
      if (foreignSinceMs === undefined || foreignSinceMs + FOREIGN_LEASES * leaseMs > nowMs()) return;
    }
    isRenewing = true;
    foreignSinceMs = undefined;
    const next = generationOf(life);
    if (await store.look(next, "-")) await send(`begin ${id} ${next}`);
    isRenewing = false;
  }

  const stop = broadcast.listen({
    hear,
    up() {
      listener?.moveAll();
      isUp = true;
      lease.end();
      generation.forget();
      greet(" anew");
      news.sendAgain();
    },
    down() {
      isUp = false;
    },
  });
  const timer = setInterval(look, leaseMs / BEATS);
  const readable = (): string | undefined => {
    if (!store || !generation.isKnown || !isHearing()) return undefined;
    return generation.name === toLeave ? undefined : generation.name;
  };

  return {
    isHearing,
    readable,
    endable: () => (store ? generation.name : undefined),
    leave,
    tell(tags, endedIn) {
      const isAlone = known.size === 0 && isHearing();
      if (isAlone && (generation.isKnown ? generation.name : undefined) === endedIn) return undefined;
      return news.tell(tags, endedIn);
    },
    listen(made) {
      listener = made;
      return () => {
        listener = undefined;
      };
    },
    async close() {
      clearInterval(timer);
      if (isUp) await send(`bye ${id}`);
      isUp = false;
      stop();
      await broadcast.strike([id]).catch(() => undefined);
    },
  };
}

const named = (text: string | undefined): string | undefined => (text === "-" ? undefined : text);
