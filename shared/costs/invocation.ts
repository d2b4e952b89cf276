import { uuidv7 } from "#shared/kernel/id.ts";
import type { TraceContext } from "#shared/tracing/trace-context.ts";

/** What started a function: a request, a queue message, the clock, or a call from another service. */
export type Trigger = "http" | "message" | "tick" | "call";

export type Outcome = "ok" | "client_error" | "error" | "retry" | "dead";

/** What an invocation used, counted at the ports while it runs. */
export interface OperationCounts {
  sqlStatements: number;
  /** Time spent waiting for SQL, in ms. */
  sqlMs: number;
  queueMessages: number;
  queueBytes: number;
  outgoingCalls: number;
  logBytes: number;
  /** Chunks of 64 KB written, read or deleted in queues, each try a read and each dead letter a write. */
  queueOperations: number;
  /** Messages handed to QStash. */
  publishedMessages: number;
  redisCommands: number;
  kvReads: number;
  kvWrites: number;
  kvDeletes: number;
  kvLists: number;
  logEvents: number;
}

export const noCounts = (): OperationCounts => ({
  sqlStatements: 0,
  sqlMs: 0,
  queueMessages: 0,
  queueBytes: 0,
  outgoingCalls: 0,
  logBytes: 0,
  queueOperations: 0,
  publishedMessages: 0,
  redisCommands: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  logEvents: 0,
});

/** One run of one function, from its start to its usage record. */
export interface Invocation {
  readonly id: string;
  readonly functionName: string;
  readonly trigger: Trigger;
  readonly startedAtMs: number;
  readonly trace: TraceContext;
  readonly counts: OperationCounts;
  /** Known once the caller or the message is: the tenant that it worked for. */
  tenantId: string | null;
  /** The workflow run that it worked for. */
  executionId: string | null;
}

export const beginInvocation = (
  functionName: string,
  trigger: Trigger,
  trace: TraceContext,
  nowMs: number,
): Invocation => ({
  id: uuidv7(nowMs),
  functionName,
  trigger,
  startedAtMs: nowMs,
  trace,
  counts: noCounts(),
  tenantId: null,
  executionId: null,
});
