import type { DeliveryVerifier } from "#shared/webhooks/publisher.ts";

/** QStash's clock and ours may differ by this much. */
const TOLERANCE_S = 30;

export interface SigningKeys {
  readonly current: string;
  /** What `current` will be after the next rotation. */
  readonly next: string;
}

/** {@link DeliveryVerifier} with the SDK's own Receiver: the current key is tried, then the next. */
export function qstashVerifier({ current, next }: SigningKeys): DeliveryVerifier {
  return {
    async verify({ signature, body, url }) {
      const { Receiver, SignatureError } = await import("@upstash/qstash");
      const receiver = new Receiver({ currentSigningKey: current, nextSigningKey: next, devMode: false });
      try {
        return await receiver.verify({ signature, body, url, clockTolerance: TOLERANCE_S });
      } catch (error) {
        if (error instanceof SignatureError) return false;
        throw error;
      }
    },
  };
}
