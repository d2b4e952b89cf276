import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Queue } from "bullmq";
import { startChild } from "../processes/child.ts";
import { createRedisProcess } from "../processes/redis-process.ts";
import { BULLMQ_QUEUE } from "./bullmq-job.ts";
import type { WorkerApi } from "./bullmq-worker-process.ts";
import type { Contender } from "./contender.ts";

export interface BullmqOptions {
  dataDir: string;
  /** When Redis syncs its append-only file. */
  fsync: "everysec" | "always";
  way: "row, then job" | "relayed";
  /** Where webhooks go. */
  url: string;
  secret: string;
}

/** BullMQ on a Redis of its own. */
export interface Bullmq {
  /** With a worker process that has so many jobs in hand at once. */
  open(concurrency: number): Promise<Contender>;
  stop(): Promise<void>;
}

/** The usual way: the event's row committed, then a job, and a worker process that posts the webhook. */
export async function startBullmq({ dataDir, fsync, way, url, secret }: BullmqOptions): Promise<Bullmq> {
  const settings = ["--appendonly", "yes", "--appendfsync", fsync, "--save", ""];
  const redis = await createRedisProcess(await mkdtemp(join(dataDir, "redis-")), settings);
  await redis.start();

  async function open(concurrency: number): Promise<Contender> {
    const worker = startChild<WorkerApi>(join(import.meta.dirname, "bullmq-worker-process.ts"));
    await worker.ask("start", { redisUrl: redis.url, url, secret, concurrency });
    const queue = new Queue(BULLMQ_QUEUE, { connection: { url: redis.url } });
    return {
      name: way === "relayed" ? "BullMQ 5 behind an outbox" : "BullMQ 5",
      settings: `${way}; Redis ${redis.version}, appendonly ${fsync}; one worker process, concurrency ${concurrency}; auto-pipelining`,
      way: { name: way, redisUrl: redis.url },
      tenants: ["bench"],
      secret,
      pids: { worker: worker.pid, Redis: redis.pid ?? 0 },
      async unsettledCount() {
        const counts = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
        return Object.values(counts).reduce((sum, count) => sum + count, 0);
      },
      async close() {
        await worker.ask("stop");
        await worker.end();
        await queue.close();
      },
    };
  }
  return { open, stop: () => redis.kill() };
}
