import { setTimeout as delay } from "node:timers/promises";
import { countStatements, resetWitness } from "../batching/witness.ts";
import { nowMs } from "../processes/child.ts";
import { watchCpu } from "../processes/cpu-by-kind.ts";
import type { Contender } from "./contender.ts";
import { CASES, type CaseName, type Kind } from "./load-cases.ts";
import type { Load, LoadInput } from "./load-process.ts";
import type { Stage } from "./stage.ts";

export interface Figures extends Load {
  name: CaseName;
  connections: number;
  /** From the last request until nothing that was caused by one is left to do. */
  drainSeconds: number;
  /** What each kind of process used until then. */
  cpuMs: ReadonlyMap<string, number>;
  /** What PostgreSQL was sent until then for each request, as pg_stat_statements counts it, but begins and ends of transactions. */
  statements?: number;
}

const WARM_CONNECTIONS = 64;

/** In a contender's turn, has it read what it is to have at hand, and run for a while. */
export async function warm(stage: Stage, contender: Contender, name: CaseName, seconds: number): Promise<void> {
  const kinds = Object.keys(CASES[name]) as Kind[]; // safe: its own keys
  if (contender.keepsAnswers) await stage.load.ask("warm", kinds);
  await stage.load.ask("load", { name, connections: WARM_CONNECTIONS, seconds });
  await drained(contender);
}

/** In a contender's turn, one load, and what it takes until its side effects are there. */
export async function measure(stage: Stage, contender: Contender, input: LoadInput): Promise<Figures> {
  if (contender.pool) await resetWitness(contender.pool);
  const servers = new Map(contender.pids.map((pid) => [pid, "server"]));
  const used = await watchCpu(servers, stage.postmaster);
  const load = await stage.load.ask("load", input);
  const drainSeconds = (await drained(contender)) / 1000;
  const cpuMs = await used();
  return {
    ...load,
    name: input.name,
    connections: input.connections,
    drainSeconds,
    cpuMs,
    ...(contender.pool && { statements: (await countStatements(contender.pool)) / load.answered }),
  };
}

async function drained(contender: Contender): Promise<number> {
  const startedMs = nowMs();
  while ((await contender.unfinished()) > 0) await delay(20);
  return nowMs() - startedMs;
}

/** Requests answered each second. */
export const served = ({ requests, seconds }: Load): number => requests / seconds;

/** The same, counted until every side effect was there. */
export const settled = ({ requests, seconds, drainSeconds }: Figures): number => requests / (seconds + drainSeconds);

export const failed = ({ failures }: Load): number => Object.values(failures).reduce((sum, count) => sum + count, 0);

/** CPU milliseconds of a kind of process for each request. */
export const cpuOfKind = ({ cpuMs, answered }: Figures, kind: string): number => (cpuMs.get(kind) ?? 0) / answered;

/** The same of whatever serves, but autovacuum, which tidies up after everybody. */
export const cpuOf = (figures: Figures): number =>
  [...figures.cpuMs.keys()]
    .filter((kind) => !kind.includes("autovacuum"))
    .reduce((sum, kind) => sum + cpuOfKind(figures, kind), 0);

/** One line while it runs. */
export function describeFigures(contender: string, one: Figures): string {
  const ms = [one.p50Ms, one.p95Ms, one.p99Ms].map((value) => value.toFixed(1)).join(" / ");
  const failures = failed(one) > 0 ? ` failed: ${JSON.stringify(one.failures)}` : "";
  return `${contender}: ${one.name}, ${one.connections} connections: ${Math.round(served(one))}/s (${Math.round(settled(one))}/s until drained), ${ms} ms, load generator busy ${Math.round(one.busyShare * 100)} %${failures}`;
}
