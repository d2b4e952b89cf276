import { generateKeyPair } from "jose";
import { percentile } from "./percentile.ts";

/** The median of verifying one Ed25519 signature over as much text as a token has, in ms. */
export async function measureVerification(count: number): Promise<number> {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA");
  const text = new TextEncoder().encode("x".repeat(900));
  const signature = await crypto.subtle.sign("Ed25519", privateKey, text);
  const samples: number[] = [];
  for (let i = 0; i < count * 2; i++) {
    const startedMs = performance.now();
    await crypto.subtle.verify("Ed25519", publicKey, signature, text);
    if (i >= count) samples.push(performance.now() - startedMs);
  }
  return percentile(samples, 50);
}
