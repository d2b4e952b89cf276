const encoder = new TextEncoder();

type AesKey = Parameters<typeof crypto.subtle.encrypt>[1];

async function keyFor(secret: string, purpose: string): Promise<AesKey> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  return await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(purpose) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/**
 * Encrypts a secret for the database: AES-256-GCM under a key derived (HKDF, RFC 5869) for one purpose.
 * @returns `v1.` and base64 of nonce and ciphertext
 */
export async function seal(secret: string, purpose: string, plain: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce },
    await keyFor(secret, purpose),
    encoder.encode(plain),
  );
  return `v1.${toBase64(nonce)}.${toBase64(new Uint8Array(sealed))}`;
}

/** Undoes {@link seal}. Throws when the text was altered or sealed under another secret or purpose. */
export async function unseal(secret: string, purpose: string, sealed: string): Promise<string> {
  const [version, nonce, text] = sealed.split(".");
  if (version !== "v1" || !nonce || !text) throw new Error("not a sealed value");
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(nonce) },
    await keyFor(secret, purpose),
    fromBase64(text),
  );
  return new TextDecoder().decode(plain);
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
