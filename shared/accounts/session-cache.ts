import { z } from "zod";
import type { Clock } from "#shared/kernel/clock.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import type { SharedCache } from "#shared/kernel/shared-cache.ts";

/**
 * How long a session is believed without asking the database. It also bounds how long an ended one may still be
 * believed when the cache could not be told of its end.
 */
const REMEMBERED_MS = 60_000;
/** What a key says after its session changed: look in the database, and do not remember what was read before. */
const CHANGED = '"changed"';

const Remembered = z.object({
  proof: z.string(),
  sessionId: z.string(),
  userId: z.string(),
  tenantId: z.string().nullable(),
  expiresAtMs: z.number(),
});

export type RememberedSession = Omit<z.infer<typeof Remembered>, "proof">;

/**
 * Sessions that were checked lately, by credential. better-auth's own secondary storage is not used: it makes the
 * cache the only place where a user's other sessions can be found, so that losing it keeps "sign out everywhere" from
 * ending them.
 */
export interface SessionCache {
  /** The session of a credential that was checked before, to the letter. */
  find(credential: string): Promise<RememberedSession | undefined>;
  remember(credential: string, session: RememberedSession): Promise<void>;
  /** Called when the session's row was changed or deleted, after the commit. */
  forget(token: string): Promise<void>;
}

/** A credential is the session's token, or the token with its signature as cookies carry it. Neither is stored. */
export function createSessionCache(cache: SharedCache, clock: Clock): SessionCache {
  const keyOf = (token: string): string => `session:${sha256Hex(token)}`;
  return {
    async find(credential) {
      const text = await cache.get(keyOf(tokenOf(credential)));
      const remembered = text === undefined ? undefined : Remembered.safeParse(JSON.parse(text)).data;
      if (remembered === undefined) return undefined;
      const { proof, ...session } = remembered;
      const isSame = proof === sha256Hex(credential);
      return isSame && session.expiresAtMs > clock() ? session : undefined;
    },
    async remember(credential, session) {
      const text = JSON.stringify({ ...session, proof: sha256Hex(credential) });
      await cache.fill(keyOf(tokenOf(credential)), text, REMEMBERED_MS);
    },
    async forget(token) {
      await cache.replace(keyOf(token), CHANGED, REMEMBERED_MS);
    },
  };
}

/** `token` or `token.signature`, the latter perhaps percent-encoded; tokens have letters and digits only. */
const tokenOf = (credential: string): string => /^[A-Za-z0-9]*/.exec(credential)?.[0] ?? "";
