import type { Database } from "#shared/database/database.ts";
import { writeOnce } from "#shared/database/write-once.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { enqueue } from "./enqueue.ts";

/** Whose keys these are: no tenant's id has a colon. */
const OWNER = "platform:qstash";

export interface ReceivedMessage {
  /** The sender's, the same for every try of one message. */
  messageId: string;
  queue: string;
  body: unknown;
}

/**
 * Takes a message that came from outside into the outbox, once: a second delivery of the same message changes
 * nothing, also after its handler is done.
 * @returns whether it had come before; `idempotency_key_reused` for another message under the same id
 */
export async function receiveMessage(
  db: Database,
  { messageId, queue, body }: ReceivedMessage,
): Promise<{ isRepeated: boolean } | Failure> {
  const idempotency = { key: messageId, operation: `receiveMessage:${queue}`, request: body };
  const written = await writeOnce(db, OWNER, idempotency, uuidv7(), async (keyRow) => {
    await db.batch([...keyRow, enqueue({ queue, body, tenantId: null })]);
  });
  return isFailure(written) ? written : { isRepeated: written.isRepeated };
}
