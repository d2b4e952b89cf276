import { type Statement, sql } from "#shared/database/sql.ts";

/** How long a slot is kept for a delivery that was woken; its message takes milliseconds. */
export const KEPT_SECONDS = 10;

/** Whether the delivery `alias` takes one of its instance's slots: it is being sent, or was woken to be. */
export const takesSlot = (alias: Statement): Statement =>
  sql`(${alias}.lease_until is not null and (${alias}.status = 'sending' or (${alias}.status = 'queued' and ${alias}.lease_until > now())))`;
