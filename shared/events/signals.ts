/**
 * "Something changed, look again", told to every process. A signal carries no fact and may be lost, so whoever
 * subscribes also looks now and then. Topics: `outbox`, `executions/<id>`.
 */
export interface Signals {
  /** Wakes this process's subscribers at once and the others' within a few milliseconds. Never throws. */
  publish(topic: string): void;
  /** @returns how to stop listening */
  subscribe(topic: string, listener: () => void): () => void;
}

/** Resolves true at the topic's next signal, false after `timeoutMs` or when `signal` aborts. */
export function nextSignal(signals: Signals, topic: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isSignalled: boolean) => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener("abort", onAbort);
      resolve(isSignalled);
    };
    const onAbort = () => settle(false);
    const timer = setTimeout(() => settle(false), timeoutMs);
    const unsubscribe = signals.subscribe(topic, () => settle(true));
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) settle(false);
  });
}

/** Signals within one process. */
export function localSignals(): Signals {
  const listeners = new Map<string, Set<() => void>>();
  return {
    publish(topic) {
      for (const listener of [...(listeners.get(topic) ?? [])]) listener();
    },
    subscribe(topic, listener) {
      const topicListeners = listeners.get(topic) ?? new Set();
      listeners.set(topic, topicListeners.add(listener));
      return () => {
        topicListeners.delete(listener);
        if (topicListeners.size === 0) listeners.delete(topic);
      };
    },
  };
}
