import { z } from "zod";
import type { QueueConsumer } from "#hosts/running/queue/message.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { consumeBatch } from "./consume-batch.ts";
import type { PlatformMessage } from "./platform.ts";
import { LOST_PATH } from "./qstash-queue.ts";
import { releaseLost } from "./release-lost.ts";
import { Ticket } from "./ticket.ts";

export interface ReceiveContext {
  readonly instance: Instance;
  /** The consumer of a queue, or undefined where there is none of that name. */
  consumerOf(queue: string): QueueConsumer | undefined;
  wakeRelay(): void;
}

/** QStash's own limit for a message is 1 MB. */
const MOST_BODY_BYTES = 1_000_000;
const PATH = /^\/([a-z0-9-]{1,64})(\/lost)?$/;
const DEFAULT_RETRY_S = 1;

/** The part of a failure callback that is read: the message as it was published, in base64. */
const GivenUp = z.object({ sourceBody: z.base64() });

/**
 * Answers what QStash delivers: a ticket, which is handled before the answer, or the news that it gave one up. Only the
 * raw body is believed, and only with QStash's signature over it and this address. 2xx: done. 503: QStash comes again at
 * the time of `Retry-After`. 489: it never needs to.
 */
export async function receiveTicket(ctx: ReceiveContext, request: Request, path: string): Promise<Response> {
  const { instance } = ctx;
  const { config, deliveryVerifier } = instance;
  const [, queue, lost] = PATH.exec(path) ?? [];
  if (queue === undefined || request.method !== "POST" || config.queues.via !== "qstash" || !deliveryVerifier) {
    return answer(404, "nothing is received here");
  }
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BODY_BYTES) return answer(413, "too large");
  const body = await request.text();
  const signature = request.headers.get("upstash-signature");
  const url = `${config.queues.ticketsUrl}/${queue}${lost === undefined ? "" : LOST_PATH}`;
  if (signature === null || !(await deliveryVerifier.verify({ signature, body, url }))) {
    instance.log.warn("a delivery without QStash's signature was refused", { queue });
    return answer(401, "Upstash-Signature does not hold for this body and address");
  }

  const consumer = ctx.consumerOf(queue);
  const ticket = lost === undefined ? ticketOf(body) : lostTicketOf(body);
  if (!consumer || !ticket) return refuseForGood(consumer ? "it is no ticket" : `there is no queue ${queue}`);
  if (lost === undefined) return await handle(ctx, consumer, ticket, request.headers);
  instance.log.warn("QStash gave a ticket up", { queue, outboxId: ticket.outboxId });
  await releaseLost(instance.database, ticket.outboxId);
  ctx.wakeRelay();
  return answer(200, "released");
}

async function handle(
  { instance, wakeRelay }: ReceiveContext,
  consumer: QueueConsumer,
  body: Ticket,
  headers: Headers,
): Promise<Response> {
  let retryAfterS: number | undefined;
  const message: PlatformMessage = {
    id: headers.get("upstash-message-id") ?? "",
    body,
    attempts: 1 + Number(headers.get("upstash-retried") ?? 0),
    ack: () => undefined,
    retry({ delaySeconds = DEFAULT_RETRY_S } = {}) {
      retryAfterS = delaySeconds;
    },
  };
  if (await consumeBatch(instance, consumer, { queue: consumer.queue, messages: [message] })) wakeRelay();
  if (retryAfterS === undefined) return answer(200, "done");
  return answer(503, "not yet", { "retry-after": String(retryAfterS) });
}

const ticketOf = (text: string): Ticket | undefined => Ticket.safeParse(parseJson(text)).data;

function lostTicketOf(text: string): Ticket | undefined {
  const { data } = GivenUp.safeParse(parseJson(text));
  return data && ticketOf(atob(data.sourceBody));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refuseForGood = (detail: string): Response => answer(489, detail, { "upstash-nonretryable-error": "true" });

const answer = (status: number, detail: string, headers: Record<string, string> = {}): Response =>
  Response.json({ detail }, { status, headers });
