import { emitting, inCompany, json, type Statement, sql } from "#shared/database/sql.ts";
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

/**
 * The statement that writes an event and its outbox rows; it belongs in the batch that writes the state. One that is run
 * alone shares its transaction with those that come while another is being committed, where the host can do that; it is
 * committed when its query resolves, as ever.
 */
export function emit<Name extends EventName>(event: NewEvent<Name>): Statement {
  const { id = uuidv7(), tenantId, name, subject, subjectVersion, data, cause } = event;
  const statement = sql`select rainwire_emit(${id}, ${tenantId}, ${name}, ${subject}, ${subjectVersion}, ${json(data)},
    ${json(cause)})`;
  const item = { id, tenantId, name, subject, subjectVersion, data, cause };
  return inCompany(emitting(statement), { item, join: emitAll });
}

const emitAll = (events: readonly unknown[]): Statement => emitting(sql`select rainwire_emit_all(${json(events)})`);
