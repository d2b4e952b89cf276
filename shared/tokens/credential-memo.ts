import type { Clock } from "#shared/kernel/clock.ts";
import type { CredentialChanges } from "./credential-changes.ts";

const MOST = 20_000;
/** A token differs from others in its signature, at its end; who compares ends compares all of it then. */
const END = 64;

/** What a credential was found to stand for, and what that rests on. */
export interface Remembered<T = unknown> {
  readonly value: T;
  readonly subjects: readonly string[];
  /** Of the list of changes, from before the value was read. */
  readonly epoch: number;
  readonly endsAtMs: number;
}

interface Known {
  readonly credential: string;
  readonly remembered: Remembered;
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
  let recent = new Map<string, Known>();
  let older = new Map<string, Known>();

  function add(end: string, known: Known): void {
    recent.set(end, known);
    if (recent.size < MOST / 2) return;
    older = recent;
    recent = new Map();
  }

  return {
    find<T>(credential: string, changes: CredentialChanges): T | undefined {
      const end = credential.slice(-END);
      const known = recent.get(end);
      const found = known ?? older.get(end);
      if (found?.credential !== credential) return undefined;
      const { value, subjects, epoch, endsAtMs } = found.remembered;
      if (endsAtMs <= clock() || subjects.some((subject) => changes.changedSince(epoch, subject))) {
        recent.delete(end);
        older.delete(end);
        return undefined;
      }
      if (!known) add(end, found);
      return value as T; // safe: each kind of credential has its own form, and is remembered by one caller
    },
    remember: (credential, remembered) => add(credential.slice(-END), { credential, remembered }),
  };
}
