import { Redis } from "ioredis";
import { z } from "zod";

/**
 * Upstash's Redis over HTTP before a real Redis, as its SDK 1.39.0 speaks it: a command (`POST /`), many
 * (`/pipeline`), a transaction (`/multi-exec`), and answers in base64 where they are asked for so.
 */
export interface UpstashFront {
  answer(request: Request): Promise<Response>;
  /** The Redis behind it, as plain as it is. */
  readonly redis: Redis;
  close(): Promise<void>;
}

const Command = z.tuple([z.string()], z.union([z.string(), z.number()]));
const Commands = z.array(Command).min(1);

/** Commands that Redis answers with a status, which Upstash leaves as it is; ioredis does not tell it from a value. */
const ANSWERED_BY_STATUS = new Set(["SET", "MSET", "FLUSHDB", "FLUSHALL"]);

export function upstashFront(redisUrl: string, token: string): UpstashFront {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 0, enableOfflineQueue: true });
  redis.on("error", () => undefined);

  const run = async ([name, ...args]: z.infer<typeof Command>): Promise<unknown> =>
    toRaw(name, await redis.callBuffer(name, ...args));

  async function transact(commands: z.infer<typeof Commands>): Promise<unknown[]> {
    const transaction = redis.multi();
    for (const [name, ...args] of commands) transaction.callBuffer(name, ...args);
    const answers = (await transaction.exec()) ?? [];
    return answers.map(([error, answer], i) =>
      error ? { error: error.message } : { result: toRaw(commands[i]?.[0] ?? "", answer) },
    );
  }

  async function answer(request: Request): Promise<unknown> {
    const body: unknown = await request.json();
    switch (new URL(request.url).pathname) {
      case "/":
        return { result: await run(Command.parse(body)) };
      case "/pipeline":
        return await Promise.all(
          Commands.parse(body).map((command) =>
            run(command).then(
              (result) => ({ result }),
              (error: Error) => ({ error: error.message }),
            ),
          ),
        );
      case "/multi-exec":
        return await transact(Commands.parse(body));
      default:
        throw new Error("no such path");
    }
  }

  return {
    redis,
    async answer(request) {
      if (request.method !== "POST" || request.headers.get("authorization") !== `Bearer ${token}`) {
        return Response.json({ error: "WRONGPASS invalid or missing auth token" }, { status: 401 });
      }
      const isEncoded = request.headers.get("upstash-encoding") === "base64";
      try {
        return new Response(JSON.stringify(await answer(request), isEncoded ? inBase64 : asText));
      } catch (error) {
        return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 });
      }
    },
    close: async () => redis.disconnect(),
  };
}

/** A status as a text, a value as a {@link Raw}; numbers, null and lists of them as they are. */
function toRaw(name: string, answer: unknown): unknown {
  if (Buffer.isBuffer(answer)) {
    return ANSWERED_BY_STATUS.has(name.toUpperCase()) ? answer.toString() : new Raw(answer);
  }
  return Array.isArray(answer) ? answer.map((each) => toRaw("", each)) : answer;
}

class Raw {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

const inBase64 = (_: string, value: unknown): unknown =>
  value instanceof Raw ? value.bytes.toString("base64") : value;
const asText = (_: string, value: unknown): unknown => (value instanceof Raw ? value.bytes.toString() : value);
