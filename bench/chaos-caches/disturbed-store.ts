import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { startTcpProxy } from "#tests/support/tcp-proxy.ts";
import { createRedisProcess } from "../processes/redis-process.ts";

/** A Redis that hosts share, each over a connection that can be cut. */
export interface DisturbedStore {
  /** One for each host. */
  readonly urls: readonly string[];
  /**
   * @param kind 0 to 1: what is done
   * @param host whose connection is cut, if that is what is done
   * @returns what was done
   */
  disturb(kind: number, host: number, forMs: number): Promise<string>;
  close(): Promise<void>;
}

/** Every so many disturbances the snapshot is made anew. */
const SNAPSHOT_EACH = 4;

export async function startDisturbedStore(dir: string, hosts: number): Promise<DisturbedStore> {
  await mkdir(dir);
  const redis = await createRedisProcess(dir, ["--save", ""]);
  await redis.start();
  const port = Number(new URL(redis.url).port);
  const proxies = await Promise.all(Array.from({ length: hosts }, () => startTcpProxy(port)));
  let disturbances = 0;

  async function save(): Promise<void> {
    const client = new Redis(redis.url);
    await client.save();
    client.disconnect();
  }

  return {
    urls: proxies.map((proxy) => `redis://127.0.0.1:${proxy.port}`),
    async disturb(kind, host, forMs) {
      if (disturbances++ % SNAPSHOT_EACH === 0) await save();
      if (kind < 0.4) {
        proxies[host]?.cut(true);
        await delay(forMs);
        proxies[host]?.cut(false);
        return "store cut off from one";
      }
      if (kind < 0.7) {
        if (redis.pid !== undefined) process.kill(redis.pid, "SIGSTOP");
        await delay(forMs);
        if (redis.pid !== undefined) process.kill(redis.pid, "SIGCONT");
        return "store stood still";
      }
      await redis.kill();
      await delay(forMs / 4);
      await redis.start();
      return "store set back";
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await redis.kill();
    },
  };
}
