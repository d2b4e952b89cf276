import { type ChainableCommander, Redis } from "ioredis";

/** Redis on the same machine or near answers in under 1 ms; what takes longer than this is asked elsewhere. */
const COMMAND_MS = 200;
const CONNECT_MS = 1_000;
/** After a failure Redis is left alone this long, so that one that hangs delays few requests. */
const PAUSE_MS = 1_000;

export interface RedisConnection {
  /**
   * The work's answer, or undefined when Redis cannot be asked now. Never throws for what Redis does.
   * @param commands how many the work sends, as Upstash bills them: each one of a MULTI counts; 1 unless told
   */
  attempt<T>(work: (redis: Redis) => Promise<T>, commands?: number): Promise<T | undefined>;
  /** Names the server's present life: one that was restarted may hold what it held long before. Undefined while it is away. */
  life(): string | undefined;
  close(): Promise<void>;
}

export interface RedisOptions {
  /** `redis://` or `rediss://`, with the number of a database in its path if it is not 0. */
  readonly url: string;
  /** Hears once when Redis goes, and once when it is back. */
  readonly onChange: (isThere: boolean, why: string) => void;
  /** Hears how many commands each piece of work sends, within the call that makes it. */
  readonly onCommands?: ((commands: number) => void) | undefined;
}

/**
 * Connects, and keeps trying for as long as it is open. A Redis that is away is no failure: the caller starts all the
 * same, and `attempt` answers undefined until it is there.
 */
export async function connectRedis({ url, onChange, onCommands }: RedisOptions): Promise<RedisConnection> {
  let isThere = true;
  let pausedUntilMs = 0;
  const change = (now: boolean, why: string): void => {
    if (now !== isThere) onChange(now, why);
    isThere = now;
  };
  const redis = new Redis(url, {
    keyPrefix: "rainwire:",
    connectionName: "rainwire",
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableAutoPipelining: true,
    retryStrategy: (tries) => Math.min(50 * tries, 1_000),
  });
  redis.on("error", (error: Error) => change(false, error.message));
  let life: string | undefined;
  let connections = 0;
  let identified: Promise<void> | undefined;
  redis.on("close", () => {
    life = undefined;
    connections += 1;
    change(false, "the connection was closed");
  });
  const identify = async (): Promise<void> => {
    const connection = connections;
    const info = await redis.info("server");
    if (connection === connections) life = /^run_id:(\w+)/m.exec(info)?.[1] ?? "unnamed";
  };
  redis.on("ready", () => {
    pausedUntilMs = 0;
    change(true, "connected");
    identified = identify().catch(() => undefined); // then it is not asked for what must be of this life
  });
  await redis
    .connect()
    .catch((error: unknown) => change(false, error instanceof Error ? error.message : String(error)));
  await identified;

  return {
    life: () => life,
    async attempt(work, commands = 1) {
      if (redis.status !== "ready" || performance.now() < pausedUntilMs) return undefined;
      onCommands?.(commands);
      try {
        return await work(redis);
      } catch (error) {
        pausedUntilMs = performance.now() + PAUSE_MS;
        change(false, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    async close() {
      redis.removeAllListeners();
      redis.on("error", () => undefined);
      redis.disconnect();
    },
  };
}

/** The answers of a MULTI, in order. Throws the first error among them. */
export async function transact(commands: ChainableCommander): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
