import type { BroadcastHearer } from "#shared/caching/broadcast.ts";
import { createPeers } from "#shared/caching/broadcast-peers.ts";
import type { CacheStore } from "#shared/caching/cache-store.ts";
import type { PeersListener } from "#shared/caching/peers.ts";

interface Listener {
  readonly hearer: BroadcastHearer;
  next: number;
  isStill: boolean;
}

/** A channel in one order in memory; each process takes and sends texts until it stands still. */
export function broadcastChannel(leaseMs: number) {
  const texts: string[] = [];
  const listeners = new Set<Listener>();
  const enlisted = new Set<string>();
  const deliver = () => {
    for (const listener of listeners) {
      while (!listener.isStill && listener.next < texts.length) listener.hearer.hear(texts[listener.next++] ?? "");
    }
  };
  const say = (text: string) => {
    texts.push(text);
    queueMicrotask(deliver);
  };
  function join(id: string, store?: CacheStore) {
    let listener: Listener | undefined;
    const moved: string[] = [];
    const peers = createPeers({
      id,
      leaseMs,
      store,
      broadcast: {
        async send(text) {
          if (listener?.isStill) return await new Promise<void>(() => undefined);
          say(text);
        },
        listen(hearer) {
          listener = { hearer, next: texts.length, isStill: false };
          listeners.add(listener);
          hearer.up();
          return () => undefined;
        },
        async enlist(own) {
          enlisted.add(own);
          return [...enlisted];
        },
        async strike(ids) {
          for (const one of ids) enlisted.delete(one);
        },
      },
    });
    const note = (tags: readonly string[]) => moved.push(...tags);
    const noting: PeersListener = { move: note, changed: note, moveAll: () => moved.push("all") };
    peers.listen(noting);
    return {
      peers,
      /** The tags that it was told of, while nobody else listens. */
      moved,
      still(isStill: boolean) {
        if (listener) listener.isStill = isStill;
        deliver();
      },
      /** It is cut off, and does not know it. */
      drop() {
        if (listener) listeners.delete(listener);
      },
      cut() {
        this.drop();
        listener?.hearer.down();
      },
      mend() {
        if (!listener) return;
        listener.next = texts.length;
        listeners.add(listener);
        listener.hearer.up();
      },
    };
  }
  return { texts, join, say, enlisted };
}
