import { importJWK, type JSONWebKeySet, type JWK } from "jose";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Kept, keep } from "#shared/kernel/kept.ts";
import { unseal } from "#shared/kernel/sealed.ts";
import { importPublicKey, type PublicKey } from "./compact-jws.ts";
import { type Algorithm, isAlgorithm } from "./key-pair.ts";
import { ensureSigningKey, SEALED_FOR } from "./publish-key.ts";
import type { TokenTimings } from "./timings.ts";

/** As WebCrypto hands it out; the name is not in the lib that we compile against. */
type SigningKey = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;

export interface VerifyingKey {
  readonly alg: Algorithm;
  readonly key: PublicKey;
  readonly jwk: JWK;
  /** No token of ours was signed with it after this; null: it signs, or will. */
  readonly signedUntilMs: number | null;
}

/** The keys as last read. */
export interface KeyRing {
  readonly signing: { readonly kid: string; readonly alg: Algorithm; readonly key: SigningKey };
  readonly verifying: ReadonlyMap<string, VerifyingKey>;
  /** What `/.well-known/jwks.json` answers. */
  readonly jwks: JSONWebKeySet;
  readonly readAtMs: number;
}

export interface KeyRingOptions {
  readonly secret: string;
  readonly timings: TokenTimings;
  readonly clock: Clock;
  readonly sharesWork: boolean;
}

/** The keys of this process; the first reading makes the first key. */
export const createKeyRing = (options: KeyRingOptions): Kept<KeyRing, Database> =>
  keep<KeyRing, Database>({
    maxAgeMs: options.timings.ringMaxAgeMs,
    clock: options.clock,
    sharesWork: options.sharesWork,
    load: (db, before) => loadRing(options, db, before),
  });

interface KeyRow {
  readonly id: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  readonly privateKey: string | null;
  readonly phase: string;
  readonly retiredAtMs: number | null;
}

const READ_KEYS = sql<KeyRow>`
  select id, alg, public_jwk, private_key, phase, (extract(epoch from retired_at) * 1000)::float8 as retired_at_ms
  from signing_keys where leaves_at is null or leaves_at > now() order by published_at`;

async function loadRing(options: KeyRingOptions, db: Database, before: KeyRing | undefined): Promise<KeyRing> {
  const { secret, timings, clock } = options;
  const readAtMs = clock();
  let rows = await db.query(READ_KEYS);
  if (!rows.some(({ phase }) => phase === "signing")) {
    await ensureSigningKey({ db, secret, tokens: { timings } });
    rows = await db.query(READ_KEYS);
  }
  const verifying = new Map<string, VerifyingKey>();
  let signing: KeyRing["signing"] | undefined;
  for (const row of rows) {
    const { id, alg } = row;
    if (!isAlgorithm(alg)) continue;
    const known = before?.verifying.get(id);
    const key = known?.key ?? importPublicKey(row.publicJwk);
    const { retiredAtMs } = row;
    const signedUntilMs = retiredAtMs === null ? null : retiredAtMs + timings.ringMaxAgeMs + timings.skewMs;
    verifying.set(id, { alg, key, jwk: { ...row.publicJwk, kid: id, alg, use: "sig" }, signedUntilMs });
    if (row.phase !== "signing" || row.privateKey === null) continue;
    const isSame = before?.signing.kid === id;
    const privateJwk = isSame ? undefined : await unseal(secret, SEALED_FOR, row.privateKey);
    const privateKey = privateJwk === undefined ? before?.signing.key : await importKey(JSON.parse(privateJwk), alg);
    if (privateKey) signing = { kid: id, alg, key: privateKey };
  }
  if (!signing)
    throw new Error("There is no key to sign tokens with, although one was just made: look at signing_keys.");
  return { signing, verifying, jwks: { keys: [...verifying.values()].map(({ jwk }) => jwk) }, readAtMs };
}

async function importKey(jwk: JWK, alg: Algorithm): Promise<SigningKey> {
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new Error("A signing key is symmetric: it was not made by Rainwire.");
  return key;
}
