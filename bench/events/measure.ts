import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { processesOf } from "#hosts/node/postgres/server-processes.ts";
import { type Child, nowMs, startChild } from "../processes/child.ts";
import { readCpuTimes } from "../processes/cpu-time.ts";
import type { Contender } from "./contender.ts";
import type { Load, ProducerApi } from "./producer-process.ts";
import type { ReceiverApi, Sample } from "./receiver-process.ts";

const SETTLE_MS = 60_000;
const POLL_MS = 20;

export interface Latencies {
  p50Ms: number;
  p99Ms: number;
}

export interface LoadFigures extends Latencies {
  /** Events brought to all their receivers, from the first transaction's start to the last arrival. */
  perSecond: number;
  /** From the last arrival until all is recorded as done. */
  settledMs: number;
  repeatCount: number;
  hungCount: number;
  /** CPU time of an event by process; what the machine's other work takes is no part of it. */
  cpuMs: Map<string, number>;
}

/** A contender with a producer of its own. */
export interface Bench {
  contender: Contender;
  run(load: Load, arrivalsPerEvent?: number): Promise<LoadFigures>;
  close(): Promise<void>;
}

/** What all contenders share. */
export interface Setting {
  receiver: Child<ReceiverApi>;
  databaseUrl: string;
  /** PostgreSQL's data directory, by which its processes are known. */
  cluster: string;
}

export async function openBench(contender: Contender, setting: Setting): Promise<Bench> {
  const { receiver, databaseUrl, cluster } = setting;
  const producer = startChild<ProducerApi>(join(import.meta.dirname, "producer-process.ts"));
  await producer.ask("open", { databaseUrl, way: contender.way });
  const cpu = async () => {
    const groups = new Map(
      Object.entries({ ...contender.pids, producer: producer.pid, receiver: receiver.pid }).map(([name, pid]) => [
        pid,
        name,
      ]),
    );
    for (const pid of await processesOf(cluster)) groups.set(pid, "PostgreSQL");
    return await readCpuTimes((pid) => groups.get(pid));
  };
  return {
    contender,
    async run(load, arrivalsPerEvent = 1) {
      await receiver.ask("clear");
      const before = await cpu();
      const expected = load.count * arrivalsPerEvent;
      const [started] = await Promise.all([producer.ask("produce", load), receiver.ask("until", expected)]);
      const arrivedMs = nowMs();
      const { arrivals, repeatCount, hungCount, sample } = await receiver.ask("read");
      if (arrivals.length < expected)
        throw new Error(`${contender.name}: of ${expected} webhooks ${arrivals.length} arrived in time.`);
      verify(sample, contender.secret);
      const settledMs = (await settled(contender)) - arrivedMs;
      const startOf = new Map(started);
      const latenciesMs = arrivals
        .map(([key, atMs]) => atMs - (startOf.get(key.slice(0, key.indexOf(" "))) ?? Number.NaN))
        .sort((a, b) => a - b);
      const firstMs = started.reduce((first, [, atMs]) => Math.min(first, atMs), Number.POSITIVE_INFINITY);
      const lastMs = arrivals.reduce((last, [, atMs]) => Math.max(last, atMs), 0);
      return {
        p50Ms: percentile(latenciesMs, 0.5),
        p99Ms: percentile(latenciesMs, 0.99),
        perSecond: (load.count / (lastMs - firstMs)) * 1000,
        settledMs,
        repeatCount,
        hungCount,
        cpuMs: new Map([...(await cpu())].map(([name, ms]) => [name, (ms - (before.get(name) ?? 0)) / load.count])),
      };
    },
    async close() {
      await producer.end();
      await contender.close();
    },
  };
}

/** @throws when the first webhook of a run is not signed as Standard Webhooks are */
function verify(sample: Sample | undefined, secret: string | undefined): void {
  if (sample && secret !== undefined) new Webhook(secret).verify(sample.body, sample.headers);
}

async function settled(contender: Contender): Promise<number> {
  const deadlineMs = nowMs() + SETTLE_MS;
  while (((await contender.unsettledCount?.()) ?? 0) > 0) {
    if (nowMs() > deadlineMs) throw new Error(`${contender.name} did not record all as done.`);
    await delay(POLL_MS);
  }
  return nowMs();
}

/** Nearest rank. */
const percentile = (sorted: number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
