import { exportJWK, generateKeyPair, type JWK } from "jose";

/** What a token of ours may be signed with. A key's algorithm is fixed when it is made, and verifiers pin it. */
export const ALGORITHMS = ["EdDSA", "ES256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export const isAlgorithm = (text: string): text is Algorithm => ALGORITHMS.some((algorithm) => algorithm === text);

export interface KeyPair {
  readonly alg: Algorithm;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

/** Ed25519 (RFC 8037), or P-256 on a host whose WebCrypto has no Ed25519. */
export async function makeKeyPair(): Promise<KeyPair> {
  try {
    return await pairOf("EdDSA");
  } catch (error) {
    if (error instanceof Error && (error.name === "NotSupportedError" || error.name === "JOSENotSupported")) {
      return await pairOf("ES256");
    }
    throw error;
  }
}

async function pairOf(alg: Algorithm): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) };
}
