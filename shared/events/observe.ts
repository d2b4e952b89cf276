import { z } from "zod";
import { type Database, isGuard } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Message } from "#shared/raindrop/queue.ts";
import type { EventName } from "./catalog.ts";
import type { StoredEvent } from "./envelope.ts";

/** What an observer exports beside its handler: relay and host configuration derive from it. */
export interface Subscription {
  /** Events that reach the observer's queue; empty for a queue of plain messages. */
  readonly events: readonly EventName[];
  /** Per event subject, in version order. */
  readonly isOrdered: boolean;
  readonly batchSize: number;
  readonly maxWaitMs: number;
  /** Tries of a message before it is a dead letter. */
  readonly attempts: number;
  /** Handler calls in flight per process. */
  readonly concurrency: number;
}

/** Thrown by a consumer that wants its message back at a time of its own, without spending an attempt. */
export class RetryAt extends Error {
  readonly delayMs: number;

  constructor(delayMs: number, reason: string) {
    super(reason);
    this.name = "RetryAt";
    this.delayMs = delayMs;
  }
}

/** Thrown by a consumer for which trying again cannot help: the message becomes a dead letter at once. */
export class PermanentError extends Error {
  readonly reason: string;

  constructor(reason: string, detail: string) {
    super(detail);
    this.name = "PermanentError";
    this.reason = reason;
  }
}

/** Thrown by the consumer of a batch when some of its messages failed, each for itself: the others are done. */
export class SomeFailed extends Error {
  /** What a consumer of one message would have thrown, by message id. */
  readonly errors: ReadonlyMap<string, unknown>;

  constructor(errors: ReadonlyMap<string, unknown>) {
    super(`${errors.size} of the batch's messages failed`);
    this.name = "SomeFailed";
    this.errors = errors;
  }
}

const EventMessage = z.object({ eventId: z.uuid() });

const LOAD_EVENT = (id: string) => sql<StoredEvent>`
  select id, tenant_id, name, subject, subject_version, data, actor, execution_id, traceparent, causation_id, hop,
    occurred_at
  from events where id = ${id}`;

/**
 * Handles one event of a queue: parse → effect, which claims the event in its own batch (see `consume`) → done.
 * A second delivery of an event already handled changes nothing. Throws {@link PermanentError} for a message that is
 * no event, and whatever `effect` throws.
 */
export async function observe(
  db: Database,
  message: Message,
  effect: (event: StoredEvent) => Promise<void>,
): Promise<"handled" | "already_handled"> {
  const parsed = EventMessage.safeParse(message.body);
  if (!parsed.success) throw new PermanentError("malformed_message", z.prettifyError(parsed.error));
  const [event] = await db.query(LOAD_EVENT(parsed.data.eventId));
  if (!event) throw new PermanentError("event_missing", `no event ${parsed.data.eventId} in the history`);
  try {
    await effect(event);
    return "handled";
  } catch (error) {
    if (isGuard(error, "consumed")) return "already_handled";
    throw error;
  }
}
