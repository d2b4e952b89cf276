import { join } from "node:path";
import { Queue } from "bullmq";
import { startChild } from "../processes/child.ts";
import type { RedisProcess } from "../processes/redis-process.ts";
import { BULLMQ_QUEUE } from "./bullmq-job.ts";
import type { WorkerApi } from "./bullmq-worker-process.ts";
import type { Contender } from "./contender.ts";

/** The usual way: the event's row committed, then a job, and a worker process that posts the webhook. */
export async function openBullmq(
  redis: RedisProcess,
  url: string,
  secret: string,
  concurrency: number,
): Promise<Contender> {
  const worker = startChild<WorkerApi>(join(import.meta.dirname, "bullmq-worker-process.ts"));
  await worker.ask("start", { redisUrl: redis.url, url, secret, concurrency });
  const queue = new Queue(BULLMQ_QUEUE, { connection: { url: redis.url } });
  return {
    name: "BullMQ 5",
    settings: `Redis ${redis.version}, appendonly everysec; one worker process, concurrency ${concurrency}; auto-pipelining`,
    redisUrl: redis.url,
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
