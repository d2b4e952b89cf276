import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { Agent, request } from "undici";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { answerCalls } from "../processes/child.ts";
import { BULLMQ_QUEUE, type BullmqJob } from "./bullmq-job.ts";

export interface WorkerOptions {
  redisUrl: string;
  /** Where webhooks go. */
  url: string;
  secret: string;
  concurrency: number;
}

let worker: Worker<BullmqJob> | undefined;
let connection: Redis | undefined;

const api = {
  async start({ redisUrl, url, secret, concurrency }: WorkerOptions): Promise<void> {
    connection = new Redis(redisUrl, { enableAutoPipelining: true, maxRetriesPerRequest: null });
    const dispatcher = new Agent({ connections: concurrency, keepAliveTimeout: 10_000 });
    const post = async ({ id, body }: BullmqJob): Promise<void> => {
      const response = await request(url, {
        method: "POST",
        headers: {
          "content-type": "application/cloudevents+json",
          "user-agent": "bench",
          ...signWebhook(secret, id, new Date(), body),
        },
        body,
        dispatcher,
        headersTimeout: 15_000,
        bodyTimeout: 15_000,
      });
      await response.body.dump();
      if (response.statusCode >= 300) throw new Error(`The receiver answered ${response.statusCode}.`);
    };
    worker = new Worker<BullmqJob>(BULLMQ_QUEUE, ({ data }) => post(data), {
      connection,
      concurrency,
    });
    worker.on("error", (error) => console.error(error));
    await worker.waitUntilReady();
  },
  async stop(): Promise<void> {
    await worker?.close();
    await connection?.quit();
  },
};

export type WorkerApi = typeof api;

answerCalls(api);
