import type { JWTPayload } from "jose";
import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Kept } from "#shared/kernel/kept.ts";
import { signAccessToken } from "./access-token.ts";
import { type CredentialChanges, createCredentialChanges } from "./credential-changes.ts";
import { type CredentialMemo, createCredentialMemo } from "./credential-memo.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import { checkTimings, TIMINGS, type TokenTimings } from "./timings.ts";

/** What a process knows of tokens. One per Instance. */
export interface TokenState {
  /** Of tokens: issuer and audience. */
  readonly issuer: string;
  readonly timings: TokenTimings;
  readonly ring: Kept<KeyRing, Database>;
  readonly changes: Kept<CredentialChanges, Database>;
  readonly memo: CredentialMemo;
  /** Signs claims as an access token that holds for its full time; the registered ones are set here. */
  sign(db: Database, claims: JWTPayload, lifetimeMs?: number): Promise<string>;
  /** Stops listening. */
  close(): void;
}

export interface TokenStateOptions {
  readonly secret: string;
  /** Where the deployment is reached; its origin is the issuer. */
  readonly publicUrl: string;
  readonly clock: Clock;
  /** Tells of changed keys and credentials, so that they are read again at once. */
  readonly signals?: Signals | undefined;
  readonly sharesWork: boolean;
  readonly timings?: Partial<TokenTimings>;
}

export function createTokenState(options: TokenStateOptions): TokenState {
  const { secret, clock, signals, sharesWork } = options;
  const timings = checkTimings({ ...TIMINGS, ...options.timings });
  const issuer = new URL(options.publicUrl).origin;
  const ring = createKeyRing({ secret, timings, clock, sharesWork });
  const changes = createCredentialChanges({ timings, clock, sharesWork });
  const listening = [
    signals?.subscribe("signing-keys", () => ring.expire()),
    signals?.subscribe("credentials", () => changes.expire()),
  ];
  return {
    issuer,
    timings,
    ring,
    changes,
    memo: createCredentialMemo(clock),
    sign: async (db, claims, lifetimeMs = timings.accessMs) =>
      await signAccessToken(await ring.get(db), issuer, claims, {
        nowMs: clock(),
        lifetimeMs: Math.min(lifetimeMs, timings.accessMs),
      }),
    close: () => {
      for (const stop of listening) stop?.();
    },
  };
}
