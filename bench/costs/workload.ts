import { noCounts } from "#shared/costs/invocation.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";

export const PERIOD = "2026-10";
const START_MS = Date.parse("2026-10-01T00:00:00Z");
const MONTH_MS = 31 * 86_400_000;
const TENANTS = 200;
export const WORKFLOWS = [
  "planning-agent",
  "execution-agent",
  "reflection-agent",
  "goal-checking-agent",
  "integration-agent-v2",
  "journey-analyzer",
  "notification-orchestrator",
];
/** Invocations of one run, by function. */
const OF_RUN = ["api", "dispatch-workflow", "deliver-webhook", "hooks", "hooks", "hooks"] as const;
/** Of six invocations two belong to nobody's run. */
const ALONE = ["api", "api", "api", "auth", "ops", "fan-out-webhooks"] as const;

export interface Workload {
  records: UsageRecord[];
  runs: { id: string; tenantId: string; workflowId: string }[];
}

/** The same records for the same seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Records `from` to `to` of `total` of a month, in order of time, as many hosts of Workers would leave them. */
export function makeRecords(from: number, to: number, total: number): Workload {
  const random = randomFrom(from + 1);
  const records: UsageRecord[] = [];
  const runs: Workload["runs"] = [];
  while (records.length < to - from) {
    const atMs = START_MS + Math.floor(((from + records.length) / total) * MONTH_MS);
    const tenantId = `tenant-${String(Math.floor(random() ** 2 * TENANTS)).padStart(3, "0")}`; // few are large
    if (random() < 0.2) {
      const id = idAt(atMs, random);
      const workflowId = WORKFLOWS[Math.floor(random() * WORKFLOWS.length)] ?? "planning-agent";
      runs.push({ id, tenantId, workflowId });
      for (const [i, name] of OF_RUN.entries()) records.push(recordOf(name, atMs + i * 40, tenantId, id, random));
    } else {
      const name = ALONE[Math.floor(random() * ALONE.length)] ?? "api";
      records.push(recordOf(name, atMs, tenantId, null, random));
    }
  }
  records.length = to - from;
  return { records, runs };
}

function recordOf(
  name: string,
  atMs: number,
  tenantId: string,
  executionId: string | null,
  random: () => number,
): UsageRecord {
  const isMessage = name === "deliver-webhook" || name === "dispatch-workflow" || name === "fan-out-webhooks";
  const atLocalMs = Math.min(atMs, START_MS + MONTH_MS - 1);
  return {
    id: idAt(atLocalMs, random),
    function: name,
    trigger: isMessage ? "message" : "http",
    tenantId,
    executionId,
    outcome: random() < 0.01 ? "error" : "ok",
    startedAtMs: atLocalMs,
    wallMs: Math.round(random() * 80_000) / 1000,
    cpuMs: Math.round(random() * 9_000) / 1000,
    cpuEvidence: "measured",
    ...noCounts(),
    sqlStatements: 1 + Math.floor(random() * 6),
    sqlMs: Math.round(random() * 12_000) / 1000,
    queueMessages: isMessage ? 1 : 0,
    queueBytes: isMessage ? 64 : 0,
    queueOperations: isMessage ? 3 : 0,
    outgoingCalls: name === "deliver-webhook" ? 1 : 0,
    redisCommands: name === "api" ? 2 : 0,
    logEvents: 1,
    logBytes: 350 + Math.floor(random() * 200),
  };
}

/** A UUID of version 7 of the time, its rest from the seed. */
function idAt(ms: number, random: () => number): string {
  const time = ms.toString(16).padStart(12, "0");
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-80${hex(2)}-${hex(6)}${hex(6)}`; // 80: what copyRecords counts up
}
