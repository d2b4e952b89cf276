import { type Decided, decide } from "#hosts/running/queue/decide.ts";
import type { QueueConsumer } from "#hosts/running/queue/message.ts";
import { type Settled, settleParameters } from "#hosts/running/queue/settle-parameters.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { beginMessages, HANDLING_MS, renewMessages } from "./begin-messages.ts";
import type { PlatformBatch, PlatformMessage } from "./platform.ts";
import { Ticket } from "./ticket.ts";

export interface ConsumeContext {
  readonly database: Database;
  readonly log: Logger;
  readonly random: () => number;
}

/** The longest delay of Cloudflare Queues; a row that waits longer is relayed by the sweep when it is due. */
const MOST_DELAY_S = 43_200;
const TOO_EARLY_DELAY_S = 2;

/**
 * Handles the rows that a batch of tickets stands for and settles them in the outbox, exactly as the Node host does.
 * Throws when the database is away: then the platform delivers the tickets again.
 * @returns whether rows became due by it, so that the relay has work
 */
export async function consumeBatch(
  ctx: ConsumeContext,
  consumer: QueueConsumer,
  batch: PlatformBatch,
): Promise<boolean> {
  const tickets = new Map<string, PlatformMessage>();
  for (const message of batch.messages) {
    const ticket = Ticket.safeParse(message.body);
    if (ticket.success && !tickets.has(ticket.data.outboxId)) tickets.set(ticket.data.outboxId, message);
    else message.ack(); // a repetition, or none of ours: a queue of this deployment carries nothing else
  }
  if (tickets.size === 0) return false;

  const holder = 1 + Math.floor(ctx.random() * (2 ** 31 - 2));
  const { messages, tooEarly } = await beginMessages(ctx.database, holder, [...tickets.keys()]);
  const exhausted = messages.filter(({ attempts }) => attempts > consumer.settings.attempts);
  const open = messages.filter((message) => !exhausted.includes(message));
  const ids = open.map(({ id }) => id);
  const renewal = setInterval(() => {
    renewMessages(ctx.database, holder, ids).catch((error: unknown) =>
      ctx.log.warn("a lease could not be renewed", { error: String(error) }),
    );
  }, HANDLING_MS / 3);
  const settlements = await consumer.handle(open).finally(() => clearInterval(renewal));
  const settled: Settled[] = [
    ...exhausted.map((message) => ({
      message,
      decided: { outcome: "dead", reason: "attempts_exhausted", detail: "the invocation that held it ended" } as const,
    })),
    ...open.map((message) => ({
      message,
      decided: decide(settlements.get(message.id) ?? { outcome: "ack" }, message.attempts, consumer.settings.attempts),
    })),
  ];
  const fetched = settled.length === 0 ? 0 : await settle(ctx.database, holder, settled);
  const decidedOf = new Map(settled.map(({ message, decided }) => [message.id, decided]));
  for (const [id, message] of tickets) answer(message, decidedOf.get(id), tooEarly.has(id));
  return fetched > 0;
}

async function settle(database: Database, holder: number, settled: readonly Settled[]): Promise<number> {
  const [processId, ackIds, ackAttempts, others] = settleParameters(holder, settled);
  const [row] = await database.query(sql<{ fetched: number }>`
    select rainwire_settle(${processId}::int, ${ackIds}::uuid[], ${ackAttempts}::int[], ${others}::jsonb) as fetched`);
  return row?.fetched ?? 0;
}

function answer(message: PlatformMessage, decided: Decided | undefined, isTooEarly: boolean): void {
  if (decided?.outcome === "retry") {
    message.retry({ delaySeconds: Math.min(MOST_DELAY_S, Math.ceil(decided.delayMs / 1000)) });
  } else if (isTooEarly) message.retry({ delaySeconds: TOO_EARLY_DELAY_S });
  else message.ack();
}
