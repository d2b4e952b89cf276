import { Pool } from "undici";

export interface Request {
  method: "GET" | "POST" | "PUT";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Api {
  /** @throws when the status is none of the 200s */
  ask(request: Request): Promise<unknown>;
  close(): Promise<void>;
}

export function openApi(url: string, apiKey: string, connections: number): Api {
  const pool = new Pool(url, { connections, pipelining: 1 });
  return {
    async ask({ method, path, body, headers = {} }) {
      const { statusCode, body: answer } = await pool.request({
        method,
        path,
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (statusCode < 200 || statusCode > 299) throw new Error(`${method} ${path} answered ${statusCode}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    close: () => pool.close(),
  };
}

/** Sends all of them, so many in flight; gives what each took, in ms. */
export async function sendAll(api: Api, requests: readonly Request[], concurrency: number): Promise<number[]> {
  const tookMs: number[] = [];
  let next = 0;
  const work = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const startedMs = performance.now();
      await api.ask(request);
      tookMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return tookMs;
}

/** The value that a share of them stays under. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
