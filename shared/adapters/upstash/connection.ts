import type { Redis } from "@upstash/redis/cloudflare";

/** A region near by answers in some 10 ms, at first with a TLS handshake before; what takes longer than this is asked elsewhere. */
const REQUEST_MS = 1_000;
/** After a failure it is left alone this long, so that one that hangs delays few requests. */
const PAUSE_MS = 2_000;
const PREFIX = "rainwire:";

export interface UpstashConnection {
  /**
   * The work's answer, or undefined when Upstash cannot be asked now. Never throws for what Upstash does.
   * @param commands how many the work sends, as Upstash bills them: each one of a MULTI counts; 1 unless told
   */
  attempt<T>(work: (redis: Redis) => Promise<T>, commands?: number): Promise<T | undefined>;
  /** A key's name among those of others in the same database. */
  nameOf(key: string): string;
}

export interface UpstashOptions {
  readonly url: string;
  readonly token: string;
  /** How long an answer is waited for; 1,000 unless told. */
  readonly requestMs?: number;
  /** Hears once when Upstash goes, and once when it is back. */
  readonly onChange: (isThere: boolean, why: string) => void;
  /** Hears how many commands each piece of work sends, within the call that makes it. */
  readonly onCommands?: ((commands: number) => void) | undefined;
}

/**
 * Redis over Upstash's REST protocol. Nothing is kept open: each attempt is a request of its own, so one client may
 * serve all requests of an isolate. The SDK is loaded at the first.
 */
export function openUpstash({
  url,
  token,
  requestMs = REQUEST_MS,
  onChange,
  onCommands,
}: UpstashOptions): UpstashConnection {
  let client: Redis | undefined;
  let isThere = true;
  let pausedUntilMs = 0;
  const change = (now: boolean, why: string): void => {
    if (now !== isThere) onChange(now, why);
    isThere = now;
  };
  return {
    nameOf: (key) => PREFIX + key,
    async attempt(work, commands = 1) {
      if (Date.now() < pausedUntilMs) return undefined;
      onCommands?.(commands);
      try {
        client = client ?? (await makeClient(url, token, requestMs));
        const answer = await work(client);
        change(true, "connected");
        return answer;
      } catch (error) {
        pausedUntilMs = Date.now() + PAUSE_MS;
        change(false, reasonOf(error));
        return undefined;
      }
    },
  };
}

async function makeClient(url: string, token: string, requestMs: number): Promise<Redis> {
  const { Redis } = await import("@upstash/redis/cloudflare");
  return new Redis({
    url,
    token,
    retry: { retries: 0 }, // `false` tries twice, and would count twice
    enableTelemetry: false,
    enableAutoPipelining: false, // it would answer one request's command in another's, which Workers forbid
    automaticDeserialization: false, // texts stay texts
    signal: () => AbortSignal.timeout(requestMs),
  });
}

/** The SDK's messages repeat the command, whose values are nobody's business. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/, command was: .*/s, "");
