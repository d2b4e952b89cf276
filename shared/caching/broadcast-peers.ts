import type { Broadcast } from "./broadcast.ts";
import { createOutgoing } from "./outgoing-news.ts";
import type { Peers } from "./peers.ts";

export interface PeersOptions {
  readonly broadcast: Broadcast;
  /** Names this process among the others; without spaces. */
  readonly id: string;
  /** For how long a process may answer from what it keeps after it last heard itself. A write waits no longer for one that is silent. */
  readonly leaseMs?: number;
  readonly nowMs?: () => number;
}

const LEASE_MS = 2_000;
/** Beats of a lease: some may be late. */
const BEATS = 5;

/**
 * {@link Peers} over a channel in one order. A process that hears a beat of its own has heard all that was sent before
 * that beat, so it may answer from what it keeps until `leaseMs` after it sent the beat. Whoever writes waits for the
 * acknowledgements of all that it knows, or until `leaseMs` after its news was in the channel: who has not heard that
 * has heard no later beat either, and its lease is over. No clocks are compared.
 *
 * A process answers from what it keeps only when all that were there when it greeted them know it, or a lease has passed
 * since. One whose lease has ended may have been forgotten, so it greets again. One that vanishes may have written what it never told, so the others forget all they keep.
 */
export function createPeers({
  broadcast,
  id,
  leaseMs = LEASE_MS,
  nowMs = () => performance.now(),
}: PeersOptions): Peers {
  const known = new Map<string, number>(); // the others, and when each was last heard
  const greeted = new Set<string>(); // who has answered our greeting
  const beats = new Map<number, { sentAtMs: number; sentAt: number }>();
  const news = createOutgoing({
    broadcast,
    id,
    leaseMs,
    nowMs,
    known: () => (isHearing() ? known.keys() : undefined),
  });
  const acks = new Map<string, number>();
  let listener: { move(tags: readonly string[]): void; moveAll(): void } | undefined;
  let beat = 0;
  let isUp = false;
  let leaseEndsMs = Number.NEGATIVE_INFINITY;
  let leaseEndsAt = Number.NEGATIVE_INFINITY; // by the other clock: a machine that slept may not have counted it
  let settledAtMs = Number.POSITIVE_INFINITY;
  let greetedAtMs = Number.NEGATIVE_INFINITY;
  let others: number | undefined;
  let isAcking = false;

  const isSettled = (): boolean => nowMs() >= settledAtMs;
  const isHearing = (): boolean => isUp && nowMs() < leaseEndsMs && Date.now() < leaseEndsAt && isSettled();

  function sendBeat(kind: "beat" | "hello", note = ""): void {
    beat += 1;
    beats.set(beat, { sentAtMs: nowMs(), sentAt: Date.now() });
    broadcast.send(`${kind} ${id} ${beat}${note}`).catch(() => undefined);
  }

  function takeOwnBeat(kind: string, number: number): void {
    const sent = beats.get(number);
    if (!sent || !isUp) return;
    for (const old of beats.keys()) if (old <= number) beats.delete(old);
    const hasLapsed = nowMs() >= leaseEndsMs || Date.now() >= leaseEndsAt;
    if (kind === "beat" && hasLapsed) {
      if (greetedAtMs + leaseMs < nowMs()) greet();
      return;
    }
    leaseEndsMs = sent.sentAtMs + leaseMs;
    leaseEndsAt = sent.sentAt + leaseMs;
    if (kind === "hello") settle();
  }

  /** Until it is answered nobody need have heard of this process. */
  function greet(note = ""): void {
    settledAtMs = Number.POSITIVE_INFINITY;
    greetedAtMs = nowMs();
    others = undefined;
    greeted.clear();
    sendBeat("hello", note);
  }

  function settle(): void {
    settledAtMs = nowMs() + leaseMs;
    broadcast.countListeners().then(
      (count) => {
        others = count - 1;
        endGreeting();
      },
      () => undefined, // then a lease has to pass
    );
  }

  function endGreeting(): void {
    if (others === undefined || greeted.size < others || !isUp) return;
    settledAtMs = Math.min(settledAtMs, nowMs());
    news.settled();
  }

  async function sendAcks(): Promise<void> {
    if (isAcking) return;
    isAcking = true;
    await Promise.resolve();
    while (acks.size > 0) {
      const all = [...acks].map(([to, sequence]) => `${to}=${sequence}`);
      acks.clear();
      await broadcast.send(`ack ${id} ${all.join(" ")}`).catch(() => undefined); // the writer waits for the lease instead
    }
    isAcking = false;
  }

  function hear(text: string): void {
    const [kind = "", from = "", ...rest] = text.split(" ");
    if (kind === "changed") listener?.move([from, ...rest]);
    if (kind === "all") listener?.moveAll();
    if (kind === "changed" || kind === "all") return;
    if (from !== id) known.set(from, nowMs());
    switch (kind) {
      case "hello":
      case "beat":
        if (from === id) takeOwnBeat(kind, Number(rest[0]));
        else if (kind === "hello") {
          greeted.add(from);
          endGreeting();
          if (rest[1] === "anew") news.left(from); // it keeps nothing from before
          broadcast.send(`welcome ${id} ${from}`).catch(() => undefined);
        }
        return;
      case "welcome":
        if (rest[0] !== id) return;
        greeted.add(from);
        endGreeting();
        return;
      case "news": {
        const [sequence, ...tags] = rest;
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
      case "bye":
        known.delete(from);
        news.left(from);
    }
  }

  function look(): void {
    if (isUp) sendBeat("beat");
    if (!isHearing()) return;
    for (const [other, heardAtMs] of known) {
      // This process has heard all that was sent before one lease ago, so that one has sent nothing for the lease before
      // that: its own is over, and it has to greet again.
      if (heardAtMs + 2 * leaseMs > nowMs()) continue;
      known.delete(other);
      news.left(other);
      listener?.moveAll();
    }
  }

  const stop = broadcast.listen({
    hear,
    up() {
      listener?.moveAll();
      isUp = true;
      leaseEndsMs = Number.NEGATIVE_INFINITY;
      leaseEndsAt = Number.NEGATIVE_INFINITY;
      beats.clear();
      greet(" anew");
      news.sendAgain();
    },
    down() {
      isUp = false;
    },
  });
  const timer = setInterval(look, leaseMs / BEATS);

  return {
    isHearing,
    tell: (tags) => (isHearing() && known.size === 0 ? undefined : news.tell(tags)),
    listen(made) {
      listener = made;
      return () => {
        listener = undefined;
      };
    },
    async close() {
      clearInterval(timer);
      if (isUp) await broadcast.send(`bye ${id}`).catch(() => undefined);
      isUp = false;
      stop();
    },
  };
}
