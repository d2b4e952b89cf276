import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { EventData, EventName } from "./catalog.ts";
import type { Cause } from "./cause.ts";

export interface NewEvent<Name extends EventName> {
  name: Name;
  tenantId: string;
  /** The aggregate that the event is about, e.g. `goals/018f…`. */
  subject: string;
  /** Taken under the aggregate's row lock, so that order can be kept. */
  subjectVersion: number;
  data: EventData<Name>;
  cause: Cause;
  /** Default: a new one. */
  id?: string;
}

/** The statement that writes an event and its outbox rows; it belongs in the batch that writes the state. */
export function emit<Name extends EventName>(event: NewEvent<Name>): Statement {
  return emitting(
    sql`select rainwire_emit(${event.id ?? uuidv7()}, ${event.tenantId}, ${event.name}, ${event.subject},
      ${event.subjectVersion}, ${json(event.data)}, ${json(event.cause)})`,
  );
}
