import { answerCalls, nowMs } from "../processes/child.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Caller, type CaseName, kindOf, type Paths, requestOf } from "./load-cases.ts";
import { HOT_GOALS } from "./people.ts";

export interface LoadInput {
  name: CaseName;
  connections: number;
  seconds: number;
  /** What passes between an answer and the same user's next request; 0: nothing. */
  thinkMs: number;
}

export interface Load {
  requests: number;
  seconds: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** Answers other than 2xx, by status. */
  failures: Record<string, number>;
}

const WARMING_CONNECTIONS = 32;

let port = 0;
let paths: Paths = { list: "", check: "" };
let callers: Caller[] = [];

/** The users of one contender, in a process of their own. */
const api = {
  open(input: { port: number; paths: Paths; headers: readonly string[] }): void {
    ({ port, paths } = input);
    callers = input.headers.map((headers, user) => ({ user, headers, nextColdGoal: HOT_GOALS }));
  },

  /** Reads once what is to be read again and again. */
  async warm(): Promise<void> {
    const asks = callers.flatMap((caller) =>
      Array.from({ length: HOT_GOALS }, (_, goal) => requestOf("cached", caller, paths, goal / HOT_GOALS)),
    );
    const readers = Array.from({ length: WARMING_CONNECTIONS }, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const next = () => {
        const ask = asks.pop();
        if (ask === undefined) return resolve();
        connection.send(ask);
      };
      const connection = await openConnection(port, next, reject);
      next();
      await promise.finally(() => connection.end());
    });
    await Promise.all(readers);
  },

  async load({ name, connections, seconds, thinkMs }: LoadInput): Promise<Load> {
    const latencies: number[] = [];
    const failures: Record<string, number> = {};
    let lost: Error | undefined;
    let isOver = false;
    let open = 0;
    const finished = Promise.withResolvers<void>();

    async function startUser(index: number): Promise<() => void> {
      const caller = callers[index % callers.length];
      if (!caller) throw new Error("Nobody has been let in.");
      let connection: Connection | undefined;
      let sentAtMs = 0;
      const send = () => {
        if (isOver) return leave();
        const dice = Math.random();
        sentAtMs = nowMs();
        connection?.send(requestOf(kindOf(name, Math.random()), caller, paths, dice));
      };
      const leave = () => {
        connection?.end();
        open -= 1;
        if (open === 0) finished.resolve();
      };
      connection = await openConnection(
        port,
        (status) => {
          latencies.push(nowMs() - sentAtMs);
          if (status >= 300) failures[status] = (failures[status] ?? 0) + 1;
          if (thinkMs > 0) setTimeout(send, thinkMs);
          else send();
        },
        (error) => {
          lost = error;
          leave();
        },
      );
      open += 1;
      return () => {
        if (thinkMs > 0) setTimeout(send, Math.random() * thinkMs);
        else send();
      };
    }

    const starts: (() => void)[] = [];
    for (let i = 0; i < connections; i++) starts.push(await startUser(i));
    const startedMs = nowMs();
    for (const start of starts) start();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    isOver = true;
    const requests = latencies.length;
    const tookMs = nowMs() - startedMs;
    await finished.promise;
    if (lost) throw lost;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
    return { requests, seconds: tookMs / 1000, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), failures };
  },
};
export type LoadApi = typeof api;

answerCalls(api);
