/** A request that a service outside posts for us: later, again when it fails, and not twice. */
export interface Publication {
  readonly url: string;
  /** JSON. */
  readonly body: unknown;
  /** For the receiver. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Not before this long from now; whole seconds count. */
  readonly delayMs?: number;
  /** Tries after the first. */
  readonly retries?: number;
  /** How long one try may take; whole seconds count. */
  readonly timeoutMs?: number;
  /** A second publication under the same id is taken and not sent. */
  readonly deduplicationId?: string;
  /** Told of each answer. */
  readonly callbackUrl?: string;
  /** Told when the last try has failed. */
  readonly failureCallbackUrl?: string;
  /** Requests of one key share these limits. */
  readonly flow?: { readonly key: string; readonly parallelism?: number; readonly ratePerSecond?: number };
}

export type Published =
  | { readonly kind: "accepted"; readonly messageId: string; readonly isDuplicate: boolean }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string } // asking again changes nothing
  | { readonly kind: "unavailable"; readonly detail: string }; // it may or may not have been taken: repeat it with its id

export interface Publisher {
  /** Never throws for what the service answers. */
  publish(publication: Publication): Promise<Published>;
  /** All in one request, answered in their order. Some may be accepted and others not. Never throws either. */
  publishAll(publications: readonly Publication[]): Promise<Published[]>;
}

/** Checks that a request is a delivery of that service. */
export interface DeliveryVerifier {
  /**
   * @param body the request's body as it came, before it is parsed
   * @param url the address that the delivery was published to
   */
  verify(delivery: { signature: string; body: string; url: string }): Promise<boolean>;
}
