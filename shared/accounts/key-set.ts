import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Clock } from "#shared/kernel/clock.ts";
import { toAccountsError } from "./accounts-error.ts";
import type { Auth } from "./auth.ts";

const MAX_AGE_MS = 10 * 60_000;
/** An unknown key id asks for fresh keys, at most this often: anybody can invent one. */
const RELOAD_PAUSE_MS = 10_000;

/** The public keys of session JWTs as last read from the database. One per Instance; {@link keysOf} fills it. */
export interface KeySet {
  loaded: { readonly verifyKey: JWTVerifyGetKey; readonly atMs: number } | undefined;
}

export const createKeySet = (): KeySet => ({ loaded: undefined });

/**
 * The keys to verify with. `isKidUnknown`: the keys at hand did not contain the token's; they are read again if the
 * last reading is old enough.
 */
export async function keysOf(
  { auth, keySet, clock }: { auth: Auth; keySet: KeySet; clock: Clock },
  { isKidUnknown }: { isKidUnknown: boolean },
): Promise<JWTVerifyGetKey> {
  const nowMs = clock();
  const maxAgeMs = isKidUnknown ? RELOAD_PAUSE_MS : MAX_AGE_MS;
  if (keySet.loaded && nowMs - keySet.loaded.atMs < maxAgeMs) return keySet.loaded.verifyKey;
  const verifyKey = createLocalJWKSet(await publicKeys(auth));
  keySet.loaded = { verifyKey, atMs: nowMs };
  return verifyKey;
}

/** The key set of `/.well-known/jwks.json`; the first call makes the first key. */
export async function publicKeys(auth: Auth): Promise<JSONWebKeySet> {
  try {
    return await auth.api.getJwks();
  } catch (error) {
    throw toAccountsError(error);
  }
}
