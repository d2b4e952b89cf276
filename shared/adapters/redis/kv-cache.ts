import type { KvCache, KvListResult } from "#shared/raindrop/kv-cache.ts";
import { expiresAtMs } from "#shared/raindrop/kv-expiry.ts";
import { type RedisConnection, transact } from "./connection.ts";

const SCAN_COUNT = 1_000;

/**
 * A `kv_cache` that all processes share, in Redis. While Redis is away a read finds nothing and a put is lost, as a
 * cache may; a delete rejects, since what was to go may still be there when Redis is back.
 * `list` looks at every key of the database: it is for housekeeping, not for requests.
 */
export function redisKvCache(connection: RedisConnection, cacheName: string, now: () => number = Date.now): KvCache {
  const prefix = `kv:${cacheName}:`;
  const read = async (key: string): Promise<[value: Buffer | null, metadata: Buffer | null]> => {
    const found = await connection.attempt((redis) => redis.hmgetBuffer(prefix + key, "value", "metadata"));
    return [found?.[0] ?? null, found?.[1] ?? null];
  };

  return {
    get: (async (key: string, type: "text" | "json" | "arrayBuffer" = "text") => {
      const [value] = await read(key);
      if (value === null) return null;
      if (type === "arrayBuffer") return new Uint8Array(value).buffer;
      return type === "json" ? JSON.parse(value.toString()) : value.toString();
    }) as KvCache["get"], // safe: answers as each overload says
    async getWithMetadata<M>(key: string) {
      const [value, metadata] = await read(key);
      const parsed = metadata === null ? null : (JSON.parse(metadata.toString()) as M); // safe: the putter's own
      return { value: value?.toString() ?? null, metadata: parsed };
    },
    async put(key, value, options = {}) {
      const endsAtMs = expiresAtMs(options, now());
      const fields: Record<string, string | Buffer> = {
        value: typeof value === "string" ? value : Buffer.from(value),
        endsAt: endsAtMs === undefined ? "" : String(endsAtMs),
        ...(options.metadata !== undefined && { metadata: JSON.stringify(options.metadata) }),
      };
      await connection.attempt(
        (redis) => {
          const commands = redis
            .multi()
            .del(prefix + key)
            .hset(prefix + key, fields);
          return transact(endsAtMs === undefined ? commands : commands.pexpireat(prefix + key, endsAtMs));
        },
        endsAtMs === undefined ? 2 : 3,
      );
    },
    async list({ limit = 1000, prefix: wanted = "", cursor = "" } = {}): Promise<KvListResult> {
      const names = (await scan(connection, prefix + wanted))
        .map((name) => name.slice(prefix.length))
        .filter((name) => name > cursor)
        .sort();
      const page = names.slice(0, limit);
      const keys = (await Promise.all(page.map((name) => describe(connection, prefix, name)))).flatMap(
        (key) => key ?? [],
      );
      const last = page.at(-1);
      return names.length > limit && last !== undefined
        ? { keys, isComplete: false, cursor: last }
        : { keys, isComplete: true };
    },
    async delete(key) {
      const deleted = await connection.attempt((redis) => redis.del(prefix + key));
      if (deleted === undefined) {
        throw new Error(
          `Redis is away, so ${key} of the cache ${cacheName} may still be there; delete it again later.`,
        );
      }
    },
  };
}

/** The names that begin with `start`, without the connection's own prefix. */
async function scan(connection: RedisConnection, start: string): Promise<string[]> {
  const found = await connection.attempt(async (redis) => {
    const own = redis.options.keyPrefix ?? "";
    const pattern = `${(own + start).replace(/[\\*?[\]]/g, "\\$&")}*`;
    const names = new Set<string>();
    let cursor = "0";
    do {
      const [next, some] = await redis.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT);
      for (const name of some) names.add(name.slice(own.length));
      cursor = next;
    } while (cursor !== "0");
    return [...names];
  });
  return found ?? [];
}

async function describe(connection: RedisConnection, prefix: string, name: string) {
  const [endsAt, metadata] =
    (await connection.attempt((redis) => redis.hmget(prefix + name, "endsAt", "metadata"))) ?? [];
  if (typeof endsAt !== "string") return undefined;
  return {
    name,
    ...(endsAt !== "" && { expiration: Math.floor(Number(endsAt) / 1000) }),
    ...(typeof metadata === "string" && { metadata: JSON.parse(metadata) as unknown }),
  };
}
