import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { RELAY_ID } from "./ticket.ts";

/** A row whose ticket was given up on the way is due at once, its attempt unspent. One that was taken since stays. */
export async function releaseLost(database: Database, outboxId: string): Promise<void> {
  await database.query(sql`
    update outbox set attempts = attempts - 1, leased_by = null, available_at = now()
    where id = ${outboxId}::uuid and leased_by = ${RELAY_ID}::int`);
}
