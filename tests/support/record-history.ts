import type { HistoryEntry } from "./check-history.ts";

export interface RecordOptions {
  readonly urls: readonly string[];
  readonly token: string;
  readonly goalIds: readonly string[];
  readonly readers: number;
  readonly writers: number;
  readonly isOver: () => boolean;
}

export interface Recorded {
  readonly history: HistoryEntry[];
  /** Requests by what their `Cache-Status` began with, or `failed`. */
  readonly counts: Record<string, number>;
}

const PATHS = [(id: string) => `/v1/goals/${id}`, () => "/v1/goals?limit=100&include=milestones"];

/**
 * Reads and writes goals through several processes at once, as fast as they answer, and records what was seen. All times
 * are of this process's clock.
 */
export async function recordHistory({
  urls,
  token,
  goalIds,
  readers,
  writers,
  isOver,
}: RecordOptions): Promise<Recorded> {
  const history: HistoryEntry[] = [];
  const counts: Record<string, number> = {};
  const headers = { authorization: `Bearer ${token}` };
  const any = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(Math.random() * all.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  };
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const nowMs = () => performance.now();

  async function read(): Promise<void> {
    const path = any(PATHS)(any(goalIds));
    const startMs = nowMs();
    const answer = await fetch(any(urls) + path, { headers, signal: AbortSignal.timeout(10_000) });
    const body = (await answer.json()) as { id?: string; version?: number; items?: { id: string; version: number }[] }; // safe: the API's answer
    const endMs = nowMs();
    if (answer.status !== 200) return count("failed");
    count((answer.headers.get("cache-status") ?? "").replace(/; (ttl=-?\d+|stored)/g, ""));
    for (const { id = "", version = 0 } of body.items ?? [body]) {
      history.push({ kind: "read", subject: id, startMs, endMs, version });
    }
  }

  async function write(): Promise<void> {
    const subject = any(goalIds);
    const startMs = nowMs();
    const answer = await fetch(`${any(urls)}/v1/goals/${subject}`, {
      method: "PATCH",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ title: `Title ${Math.random()}` }),
      signal: AbortSignal.timeout(20_000),
    });
    const { version } = (await answer.json()) as { version: number }; // safe: the API's answer
    if (answer.status !== 200) return count("failed");
    count("write");
    history.push({ kind: "write", subject, startMs, endMs: nowMs(), version });
  }

  const repeat = async (work: () => Promise<void>) => {
    while (!isOver()) await work().catch(() => count("failed"));
  };
  await Promise.all([
    ...Array.from({ length: readers }, () => repeat(read)),
    ...Array.from({ length: writers }, () => repeat(write)),
  ]);
  return { history, counts };
}
