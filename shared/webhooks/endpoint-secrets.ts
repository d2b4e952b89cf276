import { seal, unseal } from "#shared/kernel/sealed.ts";

const SECRET_BYTES = 32;
const MOST_OPENED = 10_000;

/** A new signing secret: `whsec_` and the base64 of 32 random bytes (Standard Webhooks, "Signature scheme"). */
export const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}`;

const purposeOf = (endpointId: string): string => `webhook-endpoint:${endpointId}:secret`;

export const sealSecret = (key: string, endpointId: string, secret: string): Promise<string> =>
  seal(key, purposeOf(endpointId), secret);

/** Sealed secrets that were opened before, so that a delivery in a crowd costs no decryption. */
export interface OpenedSecrets {
  /** @throws when it was sealed under another RAINWIRE_SECRET */
  open(key: string, endpointId: string, sealed: string): Promise<string>;
}

export function createOpenedSecrets(): OpenedSecrets {
  const opened = new Map<string, string>();
  return {
    async open(key, endpointId, sealed) {
      const known = opened.get(sealed);
      if (known !== undefined) return known;
      const secret = await unseal(key, purposeOf(endpointId), sealed);
      if (opened.size >= MOST_OPENED) opened.clear();
      opened.set(sealed, secret);
      return secret;
    },
  };
}
