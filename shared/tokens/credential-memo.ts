import type { Clock } from "#shared/kernel/clock.ts";
import type { CredentialChanges } from "./credential-changes.ts";

const MOST = 20_000;

/** What a credential was found to stand for, and what that rests on. */
export interface Remembered<T = unknown> {
  readonly value: T;
  readonly subjects: readonly string[];
  /** Of the list of changes, from before the value was read. */
  readonly epoch: number;
  readonly endsAtMs: number;
}

/**
 * Credentials that this process has checked, by themselves: they stay in its memory and never leave it. What rests on
 * something that has changed since is not found; of too many the one unused for longest goes.
 */
export interface CredentialMemo {
  find<T>(credential: string, changes: CredentialChanges): T | undefined;
  remember<T>(credential: string, remembered: Remembered<T>): void;
}

export function createCredentialMemo(clock: Clock): CredentialMemo {
  let recent = new Map<string, Remembered>();
  let older = new Map<string, Remembered>();

  function add(credential: string, remembered: Remembered): void {
    recent.set(credential, remembered);
    if (recent.size < MOST / 2) return;
    older = recent;
    recent = new Map();
  }

  return {
    find<T>(credential: string, changes: CredentialChanges): T | undefined {
      const known = recent.get(credential);
      const found = known ?? older.get(credential);
      if (!found) return undefined;
      if (found.endsAtMs <= clock() || found.subjects.some((subject) => changes.changedSince(found.epoch, subject))) {
        recent.delete(credential);
        older.delete(credential);
        return undefined;
      }
      if (!known) add(credential, found);
      return found.value as T; // safe: each kind of credential has its own form, and is remembered by one caller
    },
    remember: add,
  };
}
