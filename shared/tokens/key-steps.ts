import type { KeyPhase } from "./tables.ts";
import type { TokenTimings } from "./timings.ts";

/** A signing key's place in its life. Instants are ms since the epoch, by the database's clock. */
export interface KeyState {
  readonly id: string;
  readonly phase: KeyPhase;
  readonly promotableAtMs: number;
  readonly promotesAtMs: number;
  readonly retiresAtMs: number | null;
  readonly leavesAtMs: number | null;
  readonly announcedPhase: KeyPhase | null;
}

/** What a workflow may do early, and the task does by its deadline: publish a successor, let it sign, take the old one out. */
export type RotationStep = "publish" | "promote" | "retire";

export type KeyStep =
  | { readonly do: "publish" }
  | { readonly do: RotationStep; readonly keyId: string }
  | { readonly do: "announce"; readonly step: RotationStep; readonly keyId: string; readonly deadlineAtMs: number };

/**
 * What is due. A key signs from its deadline on, never before every verifier has it; it leaves the JWKS when no token
 * of it can still hold. Each step is announced once before its deadline; nothing waits for an answer.
 */
export function dueSteps(keys: readonly KeyState[], nowMs: number, t: TokenTimings): KeyStep[] {
  const signing = keys.find(({ phase }) => phase === "signing");
  const published = keys.find(({ phase }) => phase === "published");
  const steps: KeyStep[] = [];
  if (!published) {
    if (!signing) return [{ do: "publish" }];
    const publishesAtMs = (signing.retiresAtMs ?? nowMs) - t.publishAheadMs;
    steps.push(...step(signing, "publish", publishesAtMs - t.announceAheadMs, publishesAtMs, nowMs));
  }
  if (published) {
    const { promotableAtMs, promotesAtMs } = published;
    const deadlineAtMs = Math.max(promotableAtMs, promotesAtMs);
    const opensAtMs = Math.max(promotableAtMs, deadlineAtMs - t.approvalMs);
    steps.push(...step(published, "promote", opensAtMs, deadlineAtMs, nowMs));
  }
  for (const key of keys) {
    if (key.phase !== "retired" || key.leavesAtMs === null) continue;
    steps.push(...step(key, "retire", key.leavesAtMs, key.leavesAtMs + t.approvalMs, nowMs));
  }
  return steps;
}

/** Announced from `opensAtMs` on, done from `deadlineAtMs` on. */
function step(key: KeyState, what: RotationStep, opensAtMs: number, deadlineAtMs: number, nowMs: number): KeyStep[] {
  if (nowMs >= deadlineAtMs) return [{ do: what, keyId: key.id }];
  if (nowMs < opensAtMs || key.announcedPhase === key.phase) return [];
  return [{ do: "announce", step: what, keyId: key.id, deadlineAtMs }];
}
