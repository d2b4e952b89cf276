import { readFile } from "node:fs/promises";
import { answerCalls } from "../processes/child.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Caller, type CaseName, type Kind, kindOf, type Paths, requestOf } from "./load-cases.ts";
import { HOT_GOALS } from "./people.ts";

export interface LoadInput {
  name: CaseName;
  connections: number;
  seconds: number;
  /** What passes between an answer and the same user's next request; 0: nothing. */
  thinkMs?: number;
  /** Header lines of each read, beside those that sign in. */
  readHeaders?: string;
}

export interface Load {
  /** Answered since all users were there. */
  requests: number;
  /** Those before that, too. */
  answered: number;
  /** From then until the last answer. */
  seconds: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** Answers other than 2xx by status, and connections that were lost. */
  failures: Record<string, number>;
  /** Of its core, what the load generator used meanwhile. */
  busyShare: number;
}

export interface OpenInput {
  name: string;
  port: number;
  paths: Paths;
  headers: readonly string[];
  goalsPerUser: number;
}

const WARMING_CONNECTIONS = 32;
/** Files and ports for whatever else there is. */
const SPARE = 1_000;

let port = 0;
let paths: Paths = { list: "", check: "" };
let callers: Caller[] = [];
/** By contender: none is asked again for what it was asked as cold. */
const known = new Map<string, Caller[]>();

/** The users, in a process of their own. */
const api = {
  /** Turns to a contender. */
  open({ name, headers, goalsPerUser, ...at }: OpenInput): void {
    ({ port, paths } = at);
    const before = known.get(name);
    callers = headers.map((lines, user) => ({
      user,
      headers: lines,
      coldGoals: before?.[user]?.coldGoals ?? 0,
      goalsPerUser,
    }));
    known.set(name, callers);
  },

  /** Connections that it can hold at once: its files, and the ports of one address. */
  async mostConnections(): Promise<number> {
    const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
    const files = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? 1024);
    const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "49152 65535");
    const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
    return Math.min(files, last - first) - SPARE;
  },

  /** Reads once what is to be read again and again. */
  async warm(kinds: readonly Kind[]): Promise<void> {
    const times: Partial<Record<Kind, number>> = { cached: HOT_GOALS, list: 1 };
    const asks = callers.flatMap((caller) =>
      kinds.flatMap((kind) => {
        const count = times[kind] ?? 0;
        return Array.from({ length: count }, (_, n) => requestOf(kind, caller, paths, n / count));
      }),
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

  /** With think time the users come one after the other within it, and are measured when all are there. */
  async load({ name, connections, seconds, thinkMs = 0, readHeaders = "" }: LoadInput): Promise<Load> {
    let latencies: number[] = [];
    let answered = 0;
    let lastAtMs = 0;
    const failures: Record<string, number> = {};
    let isOver = false;
    let open = connections;
    const finished = Promise.withResolvers<void>();
    const count = (failure: string | number) => {
      failures[failure] = (failures[failure] ?? 0) + 1;
    };

    async function openUser(index: number): Promise<() => void> {
      const caller = callers[index % callers.length];
      if (!caller) throw new Error("Nobody has been let in.");
      let connection: Connection | undefined;
      let sentAtMs = 0;
      let isGone = false;
      const send = () => {
        if (isGone) return;
        if (isOver) return leave();
        const dice = Math.random();
        sentAtMs = performance.now();
        connection?.send(requestOf(kindOf(name, Math.random()), caller, paths, dice, readHeaders));
      };
      const leave = () => {
        if (isGone) return;
        isGone = true;
        connection?.end();
        open -= 1;
        if (open === 0) finished.resolve();
      };
      connection = await openConnection(
        port,
        (status) => {
          answered += 1;
          lastAtMs = performance.now();
          latencies.push(lastAtMs - sentAtMs);
          if (status >= 300) count(status);
          if (isOver) leave();
          else if (thinkMs > 0) setTimeout(send, thinkMs);
          else send();
        },
        () => {
          count("lost");
          leave();
        },
      ).catch(() => undefined); // counted
      return () => {
        if (thinkMs > 0) setTimeout(send, (thinkMs * index) / connections);
        else send();
      };
    }

    const starts: (() => void)[] = [];
    for (let i = 0; i < connections; i++) starts.push(await openUser(i));
    for (const start of starts) start();
    if (thinkMs > 0) {
      await sleep(thinkMs * 1.5);
      latencies = [];
    }
    const startedMs = performance.now();
    const cpuAtStart = process.cpuUsage();
    await sleep(seconds * 1000);
    isOver = true;
    const sentMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpuAtStart);
    await finished.promise;
    const sorted = Float64Array.from(latencies).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return {
      requests: sorted.length,
      answered,
      seconds: (lastAtMs - startedMs) / 1000,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      p99Ms: at(0.99),
      failures,
      busyShare: (user + system) / 1000 / sentMs,
    };
  },
};
export type LoadApi = typeof api;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

answerCalls(api);
