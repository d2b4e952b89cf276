import type { Broadcast } from "./broadcast.ts";

/** PostgreSQL takes 8,000 bytes a NOTIFY, who sends it included. */
const MOST_BYTES = 7_000;
const RETRY_MS = 50;

interface News {
  readonly tags: Set<string>;
  /** The store's generation in which all of them were ended. */
  endedIn: string | undefined;
  /** Of its last text. */
  sequence: number;
  readonly texts: string[];
  isHeard: boolean;
  readonly acknowledgedBy: Set<string>;
  /** Who has still to acknowledge it; undefined while it is not known who is there. */
  waitingFor: Set<string> | undefined;
  readonly applied: Promise<void>;
  done(): void;
}

export interface OutgoingOptions {
  readonly broadcast: Broadcast;
  readonly id: string;
  readonly leaseMs: number;
  readonly nowMs: () => number;
  /** The others; undefined while this process does not hear them. */
  readonly known: () => Iterable<string> | undefined;
}

/** What this process has to tell the others. News that come while others are being sent travel together. */
export function createOutgoing({ broadcast, id, leaseMs, nowMs, known }: OutgoingOptions) {
  const sent = new Map<number, News>();
  let next: News | undefined;
  let isSending = false;
  let sequence = 0;

  const compose = (endedIn: string | undefined): News => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return {
      tags: new Set(),
      endedIn,
      sequence: 0,
      texts: [],
      isHeard: false,
      acknowledgedBy: new Set(),
      waitingFor: undefined,
      applied: promise,
      done: resolve,
    };
  };

  async function sendAll(): Promise<void> {
    isSending = true;
    await Promise.resolve(); // what is told in the same turn travels along
    while (next) {
      const one = next;
      next = undefined;
      await send(one);
    }
    isSending = false;
  }

  async function send(one: News): Promise<void> {
    const parts = inParts([...one.tags]);
    one.sequence = sequence + parts.length;
    sent.set(one.sequence, one);
    for (const part of parts) {
      sequence += 1;
      one.texts.push(`news ${id} ${sequence} ${one.endedIn ?? "-"} ${part}`);
    }
    for (const text of one.texts) await insist(text);
    // Whoever has not acknowledged it by then has no lease any more.
    const timer = setTimeout(() => end(one), leaseMs);
    one.applied.then(() => clearTimeout(timer));
  }

  /** Until it is in the channel. A channel that is away long has ended all leases, but for those on its other side. */
  async function insist(text: string): Promise<void> {
    const deadlineMs = nowMs() + 5 * leaseMs;
    for (;;) {
      try {
        return await broadcast.send(text);
      } catch {
        if (nowMs() > deadlineMs) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  function end(one: News): void {
    sent.delete(one.sequence);
    one.done();
  }

  function strike(other: string, upTo: number): void {
    for (const [number, one] of sent) {
      if (number > upTo) continue;
      one.acknowledgedBy.add(other);
      one.waitingFor?.delete(other);
      if (one.waitingFor?.size === 0) end(one);
    }
  }

  function expectAnswers(one: News): void {
    const others = known();
    if (!one.isHeard || one.waitingFor || !others) return;
    const waitingFor = new Set(others);
    for (const other of one.acknowledgedBy) waitingFor.delete(other);
    one.waitingFor = waitingFor;
    if (waitingFor.size === 0) end(one);
  }

  return {
    tell(tags: readonly string[], endedIn: string | undefined): Promise<void> {
      next ??= compose(endedIn);
      if (next.endedIn !== endedIn) next.endedIn = undefined;
      for (const tag of tags) next.tags.add(tag);
      const { applied } = next;
      if (!isSending) sendAll();
      return applied;
    },
    /** Our own news came back: whoever was there before it has been heard of by now. */
    heard(number: number): void {
      const one = sent.get(number);
      if (!one) return;
      one.isHeard = true;
      expectAnswers(one);
    },
    /** What was sent while this process heard nothing, itself included. */
    sendAgain(): void {
      for (const { isHeard, texts } of sent.values()) {
        if (isHeard) continue;
        for (const text of texts) broadcast.send(text).catch(() => undefined); // then it waits for the lease
      }
    },
    /** From now on it is known who is there. */
    settled(): void {
      for (const one of sent.values()) expectAnswers(one);
    },
    acknowledged: strike,
    left: (other: string) => strike(other, Number.POSITIVE_INFINITY),
  };
}

/** The tags, joined by spaces, in as few texts as hold them. */
function inParts(tags: readonly string[]): string[] {
  const parts: string[] = [];
  let part = "";
  for (const tag of tags) {
    if (part !== "" && part.length + tag.length > MOST_BYTES) {
      parts.push(part);
      part = "";
    }
    part = part === "" ? tag : `${part} ${tag}`;
  }
  return part === "" ? parts : [...parts, part];
}
