import type { Database } from "#shared/database/database.ts";
import { emitting, sql } from "#shared/database/sql.ts";
import { travelTogether } from "#shared/database/travel-together.ts";
import type { Signals } from "#shared/events/signals.ts";
import type { MessageSendRequest, Queue, SendOptions } from "#shared/raindrop/queue.ts";

/** Cloudflare Queues' limits, where 1 KB is 1,000 bytes: what is sent here can be sent there. */
const MOST_MESSAGE_BYTES = 128_000;
const MOST_BATCH_BYTES = 256_000;
const MOST_BATCH_MESSAGES = 100;
const MOST_DELAY_SECONDS = 43_200;
const MOST_PER_STATEMENT = 2000;

const encoder = new TextEncoder();
const utf8Bytes = (text: string): number => encoder.encode(text).byteLength;

interface Outgoing {
  json: string;
  delaySeconds: number;
}

/**
 * A queue of the manifest, kept in the outbox. A send resolves when its row is committed; sends that come while another
 * is being written travel together in the next statement. Refuses with a RangeError or TypeError what Cloudflare would.
 */
export function outboxQueue(
  database: Database,
  signals: Signals,
  queueName: string,
  tenantId: string | null = null,
): Queue {
  async function insert(messages: Outgoing[]): Promise<void> {
    const bodies = `[${messages.map((message) => message.json).join(",")}]`;
    const delays = messages.map((message) => message.delaySeconds);
    await database.query(
      emitting(sql`
        insert into outbox (queue, body, tenant_id, available_at)
        select ${queueName}, m.body, ${tenantId}::text, now() + m.delay_seconds * interval '1 second'
        from rows from (jsonb_array_elements(${bodies}::jsonb), unnest(${delays}::float8[])) as m(body, delay_seconds)`),
    );
    signals.publish("outbox");
  }

  // A body that PostgreSQL refuses (NUL, half a surrogate pair) fails its own send, not its neighbours'.
  const sends = travelTogether<Outgoing[]>({
    write: (company) => insert(company.flat()).then(() => []),
    mostSize: MOST_PER_STATEMENT,
    sizeOf: (messages) => messages.length,
  });
  const enqueue = async (messages: Outgoing[]): Promise<void> => {
    if (messages.length > 0) await sends.add(messages);
  };

  return {
    send: async (body, options = {}) => enqueue([toOutgoing(queueName, body, options)]),
    async sendBatch(messages: Iterable<MessageSendRequest<unknown>>, options = {}) {
      const outgoing = [...messages].map(({ body, ...own }) => toOutgoing(queueName, body, { ...options, ...own }));
      if (outgoing.length > MOST_BATCH_MESSAGES) {
        throw new RangeError(
          `Queue ${queueName}: sendBatch got ${outgoing.length} messages, and takes ${MOST_BATCH_MESSAGES}. Send them in several batches.`,
        );
      }
      const batchBytes = outgoing.reduce((sum, { json }) => sum + utf8Bytes(json), 0);
      if (batchBytes > MOST_BATCH_BYTES) {
        throw new RangeError(
          `Queue ${queueName}: sendBatch got ${batchBytes} bytes, and takes ${MOST_BATCH_BYTES}. Send them in several batches.`,
        );
      }
      await enqueue(outgoing);
    },
  };
}

function toOutgoing(queue: string, body: unknown, { contentType = "json", delaySeconds = 0 }: SendOptions): Outgoing {
  if (contentType === "bytes") {
    throw new TypeError(`Queue ${queue}: content type "bytes" cannot be kept as JSON. Send a base64 string instead.`);
  }
  if (contentType === "text" && typeof body !== "string") {
    throw new TypeError(`Queue ${queue}: content type "text" needs a string, and got ${typeof body}.`);
  }
  const json = JSON.stringify(body);
  if (json === undefined) {
    throw new TypeError(`Queue ${queue}: a body of type ${typeof body} has no JSON form. Send an object, or null.`);
  }
  const bytes = utf8Bytes(json);
  if (bytes > MOST_MESSAGE_BYTES) {
    throw new RangeError(
      `Queue ${queue}: the message has ${bytes} bytes, and may have ${MOST_MESSAGE_BYTES}. Store it and send its id.`,
    );
  }
  if (!(delaySeconds >= 0 && delaySeconds <= MOST_DELAY_SECONDS)) {
    throw new RangeError(
      `Queue ${queue}: delaySeconds is ${delaySeconds}, and must lie in 0 to ${MOST_DELAY_SECONDS}.`,
    );
  }
  return { json, delaySeconds };
}
