import { importJWK, type JSONWebKeySet, jwtVerify } from "jose";

type Key = Awaited<ReturnType<typeof importJWK>>;

/** Why a verification failed, and when. */
export interface FailedVerification {
  readonly why: string;
  readonly kid: string;
  readonly atMs: number;
}

export interface Verifier {
  /** Times that the keys were read. */
  readonly reads: number;
  /** Undefined: it holds. */
  verify(token: string): Promise<FailedVerification | undefined>;
}

/**
 * Somebody else's service that verifies our tokens with keys from `jwksUrl`, kept for as long as `Cache-Control` lets
 * it, to the millisecond. The least helpful one there is: a key that it lacks makes it fail, not read again.
 * @param holdFactor more than 1: it keeps the keys for longer than it may
 */
export function createVerifier(jwksUrl: string, issuer: string, holdFactor = 1): Verifier {
  let held: { keys: Map<string, Key>; untilMs: number } | undefined;
  let reading: Promise<void> | undefined;
  let reads = 0;

  async function read(): Promise<void> {
    reads += 1;
    const askedMs = performance.now();
    const response = await fetch(jwksUrl);
    const maxAgeS = Number(/max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1]);
    if (!response.ok || Number.isNaN(maxAgeS))
      throw new Error(`${jwksUrl} answered ${response.status} without max-age.`);
    const { keys } = (await response.json()) as JSONWebKeySet; // safe: RFC 7517, or the import below fails
    const imported = await Promise.all(keys.map(async (jwk) => [jwk.kid ?? "", await importJWK(jwk)] as const));
    held = { keys: new Map(imported), untilMs: askedMs + maxAgeS * 1000 * holdFactor };
  }

  return {
    get reads() {
      return reads;
    },
    async verify(token) {
      if (!held || held.untilMs <= performance.now()) {
        reading ??= read().finally(() => {
          reading = undefined;
        });
        await reading;
      }
      let kid = "";
      try {
        await jwtVerify(
          token,
          ({ kid: named = "" }) => {
            kid = named;
            const key = held?.keys.get(named);
            if (!key) throw new Error("the key is not in the JWKS at hand");
            return key;
          },
          { algorithms: ["EdDSA", "ES256"], issuer, audience: issuer, typ: "at+jwt", clockTolerance: 1 },
        );
        return undefined;
      } catch (error) {
        return { why: error instanceof Error ? error.message : String(error), kid, atMs: performance.now() };
      }
    },
  };
}
