import type { DeliveryVerifier, Publisher } from "#shared/webhooks/publisher.ts";
import { qstashPublisher } from "./publish.ts";
import { qstashVerifier } from "./verify.ts";

export interface Qstash {
  /** Undefined without a token. */
  readonly publisher: Publisher | undefined;
  /** Undefined without both signing keys: then no delivery is taken. */
  readonly verifier: DeliveryVerifier | undefined;
}

export interface QstashSettings {
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly currentSigningKey: string | undefined;
  readonly nextSigningKey: string | undefined;
}

export function openQstash({ baseUrl, token, currentSigningKey, nextSigningKey }: QstashSettings): Qstash {
  return {
    publisher: token === undefined ? undefined : qstashPublisher({ token, baseUrl }),
    verifier:
      currentSigningKey === undefined || nextSigningKey === undefined
        ? undefined
        : qstashVerifier({ current: currentSigningKey, next: nextSigningKey }),
  };
}
