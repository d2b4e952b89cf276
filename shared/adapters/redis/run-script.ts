import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

export const redisScript = (lua: string): RedisScript => ({
  lua,
  sha1: createHash("sha1").update(lua).digest("hex"),
});

/**
 * Runs a script by its hash, and sends its text to a server that does not know it yet. ioredis's own `defineCommand` ends the
 * process when the first call joins a pipeline that was begun before the definition (ioredis 5.11.1, auto-pipelining).
 */
export async function runScript(
  redis: Redis,
  { lua, sha1 }: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha1, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return await redis.eval(lua, keys.length, ...keys, ...args);
  }
}
