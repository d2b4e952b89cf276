import type { Database } from "#shared/database/database.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { EndpointGate } from "./endpoint-gate.ts";
import type { OpenedSecrets } from "./endpoint-secrets.ts";
import type { Sender } from "./sender.ts";

/** What the delivery to tenants' endpoints reaches. */
export interface EndpointsContext {
  readonly db: Database;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sender: Sender;
  readonly log: Logger;
  /** RAINWIRE_SECRET: seals the endpoints' secrets. */
  readonly secret: string;
  /** The `source` of events; no trailing slash. */
  readonly publicUrl: string;
  /** Hosts that may be reached although their address is private: `name` or `name:port`. */
  readonly allowedHosts: readonly string[];
  /** What this process has in flight to each endpoint. */
  readonly endpointGate: EndpointGate;
  /** Secrets that this process has opened. */
  readonly openedSecrets: OpenedSecrets;
  waitUntil(promise: Promise<unknown>): void;
}

export const FAN_OUT_QUEUE = "webhook-fan-out";
export const ENDPOINT_QUEUE = "endpoint-deliveries";

/** A request is given up after this long. */
export const SEND_TIMEOUT_MS = 15_000;
/** How long a delivery in flight stays its sender's when nothing more is heard of it. */
export const LEASE_MS = 2 * SEND_TIMEOUT_MS;

/** A message of the queue `endpoint-deliveries`. */
export type EndpointMessage =
  | { deliveries: [endpointId: string, eventId: string][]; isOrdered: boolean }
  | { endpointId: string }; // something of this endpoint's may be due
