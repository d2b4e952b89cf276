import { Redis } from "ioredis";
import { broken, type Check, ok, skipped, warn } from "../check.ts";

const ANSWER_MS = 2_000;
/** Above this a look in Redis saves nothing against one in the database. */
const SLOW_MS = 20;

export const redis: Check = {
  name: "redis",
  async run({ environment }) {
    const url = environment.REDIS_URL;
    if (url === undefined) return skipped("REDIS_URL is not set: each process counts for itself and asks the database");
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: ANSWER_MS,
      commandTimeout: ANSWER_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    let cause: Error | undefined;
    client.on("error", (error) => {
      cause = error;
    });
    try {
      await client.connect();
      await client.ping();
      const startedMs = performance.now();
      await client.ping();
      const ms = performance.now() - startedMs;
      if (ms > SLOW_MS) return warn(`answers in ${ms.toFixed(1)} ms`, "Use a Redis near this machine, or none.");
      return ok(`answers in ${ms.toFixed(1)} ms`);
    } catch (error) {
      const why = cause ?? (error instanceof Error ? error : new Error(String(error)));
      return broken(
        `does not answer: ${why.message}`,
        "Check REDIS_URL; Rainwire serves without it, and looks for it again.",
      );
    } finally {
      client.disconnect();
    }
  },
};
