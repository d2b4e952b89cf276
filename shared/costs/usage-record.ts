import type { Invocation, OperationCounts, Outcome, Trigger } from "./invocation.ts";

/**
 * How a CPU figure was come by: `measured` by the platform, `estimated` (a share of what the process used), or
 * `not_measured`, in which case there is no figure.
 */
export type CpuEvidence = "measured" | "estimated" | "not_measured";

/** Counters that came later: null in older records, and where a platform cannot tell who sends a command. */
export type LaterCount =
  | "queueOperations"
  | "publishedMessages"
  | "redisCommands"
  | "kvReads"
  | "kvWrites"
  | "kvDeletes"
  | "kvLists"
  | "logEvents";

/** What one invocation used. */
export interface UsageRecord extends Omit<OperationCounts, LaterCount>, Record<LaterCount, number | null> {
  id: string;
  function: string;
  trigger: Trigger;
  tenantId: string | null;
  executionId: string | null;
  outcome: Outcome;
  startedAtMs: number;
  wallMs: number;
  /** null when not measured; never 0 for "unknown". */
  cpuMs: number | null;
  cpuEvidence: CpuEvidence;
}

export const endInvocation = (invocation: Invocation, outcome: Outcome, nowMs: number): UsageRecord => ({
  id: invocation.id,
  function: invocation.functionName,
  trigger: invocation.trigger,
  tenantId: invocation.tenantId,
  executionId: invocation.executionId,
  outcome,
  startedAtMs: invocation.startedAtMs,
  wallMs: nowMs - invocation.startedAtMs,
  cpuMs: null,
  cpuEvidence: "not_measured",
  ...invocation.counts,
});

/** Where finished records go. Never throws and never makes its caller wait. */
export interface UsageSink {
  record(usage: UsageRecord): void;
}
