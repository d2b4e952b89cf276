import { setTimeout as delay } from "node:timers/promises";
import type { Contender } from "./contender.ts";

export interface Figures {
  name: string;
  settings: string;
  idleP50Ms: number;
  idleP99Ms: number;
  /** Enqueued, handled and acknowledged, all at the same time. */
  throughputPerSecond: number;
  throughputCount: number;
  /** Handled and acknowledged, starting from the backlog. */
  backlogPerSecond: number;
  backlogCount: number;
  /** One message at a time while the delayed tenth still waits. */
  delayedP50Ms: number;
}

export interface Sizes {
  idleSends: number;
  throughputCount: number;
  backlogCount: number;
  /** A slow one is stopped here, and measured by what it did until then. */
  mostSeconds: number;
}

const IDLE_SPACING_MS = 20;

/** Runs every measurement of one contender in a database of its own. */
export async function measure(contender: Contender, url: string, sizes: Sizes): Promise<Figures> {
  let onMessage: (message: number) => void = () => undefined;
  const open = await contender.open(url, (message) => onMessage(message));
  let sent = 0;

  async function latencies(count: number): Promise<number[]> {
    const sentAt = new Map<number, number>();
    const waitsMs: number[] = [];
    onMessage = (message) => {
      const at = sentAt.get(message);
      if (at !== undefined && sentAt.delete(message)) waitsMs.push(performance.now() - at);
    };
    for (let i = 0; i < count; i++) {
      const message = sent++;
      sentAt.set(message, performance.now());
      await open.send(message);
      await delay(IDLE_SPACING_MS);
    }
    while (waitsMs.length < count) await delay(5);
    return waitsMs.sort((a, b) => a - b);
  }

  async function enqueue(count: number, delaySeconds?: number): Promise<void> {
    let left = count;
    await Promise.all(
      Array.from({ length: contender.producers }, async () => {
        while (left > 0) {
          const size = Math.min(contender.batchSize, left);
          left -= size;
          await open.sendBatch(
            Array.from({ length: size }, () => sent++),
            delaySeconds,
          );
        }
      }),
    );
  }

  /** Resolves with messages a second, once `count` were handled and acknowledged or the time is up. */
  async function rate(count: number, start: () => Promise<unknown>): Promise<{ perSecond: number; count: number }> {
    const seen = new Set<number>();
    onMessage = (message) => seen.add(message);
    const startedMs = performance.now();
    const elapsedMs = () => performance.now() - startedMs;
    const started = start();
    while (seen.size < count && elapsedMs() < sizes.mostSeconds * 1000) await delay(5);
    const handledCount = seen.size;
    await started;
    if (handledCount < count) return { perSecond: (handledCount / elapsedMs()) * 1000, count: handledCount };
    while ((await open.unsettledCount()) > 0) await delay(5);
    return { perSecond: (count / elapsedMs()) * 1000, count };
  }

  const untilEmpty = async () => {
    while ((await open.unsettledCount()) > 0) await delay(50);
  };

  try {
    const delayedCount = Math.round(sizes.backlogCount / 10);
    await enqueue(delayedCount, 3600);
    await enqueue(sizes.backlogCount - delayedCount);
    const backlog = await rate(sizes.backlogCount - delayedCount, () => open.startWorkers());
    await untilEmpty();
    const delayed = await latencies(Math.ceil(sizes.idleSends / 4));
    const throughput = await rate(sizes.throughputCount, () => enqueue(sizes.throughputCount));
    await untilEmpty();
    const idle = await latencies(sizes.idleSends);
    return {
      name: contender.name,
      settings: contender.settings,
      idleP50Ms: percentile(idle, 0.5),
      idleP99Ms: percentile(idle, 0.99),
      throughputPerSecond: throughput.perSecond,
      throughputCount: throughput.count,
      backlogPerSecond: backlog.perSecond,
      backlogCount: backlog.count,
      delayedP50Ms: percentile(delayed, 0.5),
    };
  } finally {
    await open.close();
  }
}

/** Nearest rank. */
const percentile = (sorted: number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
