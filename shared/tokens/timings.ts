/**
 * How long things of tokens hold, in ms. A rotation never fails a verifier because each wait is derived from how long
 * somebody may still believe what was true before (RFC 7517 leaves this to us; `max-age` is RFC 9111 §5.2.2.1).
 */
export interface TokenTimings {
  /** An access token, from `iat` to `exp`. */
  readonly accessMs: number;
  /** How long a verifier may keep the JWKS: its `max-age`, whole seconds. */
  readonly jwksMaxAgeMs: number;
  /** How long a cache on the way, such as a CDN, may keep it: its `s-maxage`, whole seconds. Not every verifier counts its `Age`. */
  readonly jwksSharedMs: number;
  /** How old the keys at hand of one of our own processes may be. */
  readonly ringMaxAgeMs: number;
  /** Between any two clocks. */
  readonly skewMs: number;
  /** How long a key signs before its successor takes over. */
  readonly signingMs: number;
  /** The successor is published so long before that; at least {@link publishedMs}. */
  readonly publishAheadMs: number;
  /** `tokens.rotation_due` is told so long before the successor is published. */
  readonly announceAheadMs: number;
  /** A step that a workflow may take early is taken without it after so long. */
  readonly approvalMs: number;
  /** How old the list of changed credentials of a process may be. */
  readonly changesMaxAgeMs: number;
  /** A refresh token whose answer was lost gives the same successor for so long. */
  readonly retryMs: number;
  /** A family of refresh tokens, from its first token. */
  readonly familyMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const TIMINGS: TokenTimings = {
  accessMs: 15 * MINUTE,
  jwksMaxAgeMs: 5 * MINUTE,
  jwksSharedMs: MINUTE,
  ringMaxAgeMs: MINUTE,
  skewMs: 30 * SECOND,
  signingMs: 30 * DAY,
  publishAheadMs: 60 * MINUTE,
  announceAheadMs: DAY,
  approvalMs: 15 * MINUTE,
  changesMaxAgeMs: SECOND,
  retryMs: 10 * SECOND,
  familyMs: 30 * DAY,
};

/**
 * How long a key must have been published before it signs. A process may answer the JWKS without it for
 * `ringMaxAgeMs`, a CDN that read it then for `jwksSharedMs`, and a verifier that read it there keeps it for `jwksMaxAgeMs`.
 */
export const publishedMs = (t: TokenTimings): number => t.ringMaxAgeMs + t.jwksSharedMs + t.jwksMaxAgeMs + t.skewMs;

/**
 * How long a retired key stays in the JWKS. A process may sign with it for another `ringMaxAgeMs`, and the last token
 * holds for `accessMs`; verifiers may be `skewMs` behind.
 */
export const retiredMs = (t: TokenTimings): number => t.ringMaxAgeMs + t.accessMs + t.skewMs;

/** Throws when the timings contradict each other. */
export function checkTimings(t: TokenTimings): TokenTimings {
  if (t.publishAheadMs < publishedMs(t)) {
    throw new Error(
      `A key would have to sign ${publishedMs(t)} ms after it is published, but is published only ${t.publishAheadMs} ms before: raise publishAheadMs.`,
    );
  }
  if (t.signingMs <= t.publishAheadMs) throw new Error("A key would sign for less time than its successor needs.");
  return t;
}
