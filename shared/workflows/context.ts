import type { Database } from "#shared/database/database.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { Sender } from "#shared/webhooks/sender.ts";

/** What the n8n bridge reaches. */
export interface WorkflowsContext {
  readonly db: Database;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sender: Sender;
  readonly signals: Signals;
  readonly log: Logger;
  /** RAINWIRE_SECRET: seals instance secrets and signs run tokens. */
  readonly secret: string;
  /** The deployment's own URL: the `source` of its events. Neither URL ends in a slash. */
  readonly publicUrl: string;
  /** Where workflows call back: the `hooks` service. */
  readonly hooksUrl: string;
}

export const DELIVERY_QUEUE = "webhook-deliveries";
export const DISPATCH_QUEUE = "workflow-dispatch";

/** The signal topic of an execution's changes of state. */
export const executionTopic = (id: string): string => `executions/${id}`;
