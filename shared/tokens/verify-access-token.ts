import type { KeyPrincipal, UserPrincipal } from "#shared/accounts/principal.ts";
import { isScope, namesPlatformScope } from "#shared/accounts/scopes.ts";
import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { AccessClaims } from "./access-token.ts";
import { isSignedBy, readCompactJws } from "./compact-jws.ts";
import { type CredentialChanges, SUBJECT } from "./credential-changes.ts";
import type { KeyRing } from "./key-ring.ts";
import type { TokenState } from "./token-state.ts";

export interface VerifyContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly tokens: TokenState;
}

export type TokenVerdict =
  | { readonly principal: UserPrincipal | KeyPrincipal }
  | { readonly failure: "invalid" | "expired" | "no_tenant" };

/** What a token that holds says. */
interface Verified {
  readonly claims: AccessClaims;
  readonly kid: string;
  readonly verdict: TokenVerdict;
  /** The epoch of changes in which it was last found to rest on what is still so. */
  holdsInEpoch: number;
}

/** An unknown key id asks for fresh keys, at most this often: anybody can invent one. */
const RELOAD_PAUSE_MS = 10_000;
/** Clocks of our own hosts may differ by this much. */
const TOLERANCE_S = 5;

const INVALID = { failure: "invalid" } as const;
const EXPIRED = { failure: "expired" } as const;

/**
 * Who an access token stands for. Its form, signature and claims are checked in the process (RFC 8725, RFC 9068 §4), against
 * keys and a list of changed credentials that are at most seconds old; the database is asked for neither token nor user.
 * @throws DatabaseError when keys or changes are too old and cannot be read
 */
export async function verifyAccessToken(ctx: VerifyContext, token: string): Promise<TokenVerdict> {
  const { tokens, db, clock } = ctx;
  const changes = await tokens.changes.get(db);
  await ringWith(ctx, tokens.memo.find<Verified>(token, changes)?.kid);
  const known = knownVerdict(ctx, token);
  if (known) return known;
  const jws = readCompactJws(token);
  if (!jws) return INVALID;
  const { alg, kid } = jws.header;
  const key = (await ringWith(ctx, kid)).verifying.get(kid);
  if (!key || key.alg !== alg || !isSignedBy(jws, alg, key.key)) return INVALID;
  const claims = AccessClaims.safeParse(jws.payload).data;
  if (!claims || claims.iss !== tokens.issuer || claims.aud !== tokens.issuer) return INVALID;
  if (key.signedUntilMs !== null && claims.iat * 1000 > key.signedUntilMs) return INVALID; // by somebody else
  const nowS = clock() / 1000;
  if (claims.nbf > nowS + TOLERANCE_S || claims.iat > nowS + TOLERANCE_S) return INVALID;
  const oldestS = nowS - TOLERANCE_S - Math.ceil(tokens.timings.accessMs / 1000);
  if (claims.exp <= nowS - TOLERANCE_S || claims.iat < oldestS) return EXPIRED;
  if (isOutdated(claims, changes)) return INVALID;
  const verdict = verdictOf(claims);
  tokens.memo.remember<Verified>(token, {
    value: { claims, kid, verdict, holdsInEpoch: changes.epoch },
    subjects: [],
    epoch: changes.epoch,
    endsAtMs: (claims.exp + TOLERANCE_S) * 1000 + 60_000, // past its end it is known as expired for a while
  });
  return verdict;
}

/** The verdict about a token that was checked before; undefined when somebody has to check it, or to read what has changed. */
export function knownVerdict(ctx: VerifyContext, token: string): TokenVerdict | undefined {
  const { tokens, clock } = ctx;
  const changes = tokens.changes.atOnce(() => ctx.db);
  const ring = tokens.ring.atOnce(() => ctx.db);
  const known = changes && tokens.memo.find<Verified>(token, changes);
  if (!known || !ring?.verifying.has(known.kid)) return undefined;
  if (known.claims.exp + TOLERANCE_S <= clock() / 1000) return EXPIRED;
  if (known.holdsInEpoch !== changes.epoch) {
    if (isOutdated(known.claims, changes)) return INVALID;
    known.holdsInEpoch = changes.epoch;
  }
  return known.verdict;
}

async function ringWith({ tokens, db, clock }: VerifyContext, kid: string | undefined): Promise<KeyRing> {
  const ring = await tokens.ring.get(db);
  if (kid === undefined || ring.verifying.has(kid) || clock() - ring.readAtMs < RELOAD_PAUSE_MS) return ring;
  tokens.ring.expire();
  return await tokens.ring.get(db);
}

/** Whether what the token rests on has ended or changed since it was issued. */
function isOutdated(
  { sid, fid, keyId, sub, userId, tenantId, scope, iat }: AccessClaims,
  changes: CredentialChanges,
): boolean {
  if (changes.size === 0) return false;
  const issuedAtMs = iat * 1000;
  if (sid !== undefined && changes.hasEnded(SUBJECT.session(sid))) return true;
  if (fid !== undefined && changes.hasEnded(SUBJECT.family(fid))) return true;
  if (keyId !== undefined) {
    if (changes.outdates(SUBJECT.key(keyId), issuedAtMs)) return true;
    const rolesDecide = namesPlatformScope(scope.split(" ").filter(isScope));
    return rolesDecide && userId !== undefined && changes.outdates(SUBJECT.user(userId), issuedAtMs);
  }
  if (changes.outdates(SUBJECT.user(sub), issuedAtMs)) return true;
  return tenantId !== undefined && changes.outdates(SUBJECT.member(tenantId, sub), issuedAtMs);
}

function verdictOf({ sub, tenantId, scope, isOperator, role, sid, keyId, userId }: AccessClaims): TokenVerdict {
  if (tenantId === undefined) return { failure: "no_tenant" };
  const scopes = Object.freeze(scope.split(" ").filter(isScope));
  const held = { tenantId, scopes, isOperator, isByToken: true } as const;
  if (keyId !== undefined) return { principal: Object.freeze({ kind: "key", keyId, userId: userId ?? null, ...held }) };
  if (sid === undefined) return INVALID;
  return { principal: Object.freeze({ kind: "user", userId: sub, role, sessionId: sid, ...held }) };
}
