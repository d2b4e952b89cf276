import { type Database, isGuard } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { guarded } from "#shared/database/guarded.ts";
import { json, sql } from "#shared/database/sql.ts";
import { emit } from "#shared/events/emit.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import type { Sender } from "#shared/webhooks/sender.ts";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { type ChannelOutcome, type Notification, notificationOf } from "./notification.ts";
import { type ActiveChannel, activeChannelsOf, signingSecretOf } from "./notification-channels.ts";
import { type Actor, firstOf, writeAs } from "./write-as.ts";

export interface DeliverContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly sender: Sender;
  readonly secret: string;
}

const TIMEOUT_MS = 10_000;
/** Deliveries of one notification at once that this one gives way to. */
const MOST_RUNS = 3;

/**
 * Delivers a notification over the channels of its tenant: `in_app` always, `webhook` when one is set. What became of
 * each is recorded; a channel that has it already is left alone. A webhook is sent at least once, under the
 * notification's id. Emits `notification.delivered` the first time.
 */
export async function deliverNotification(
  ctx: DeliverContext,
  actor: Actor,
  id: string,
): Promise<Notification | Failure> {
  for (let run = 1; run <= MOST_RUNS; run++) {
    try {
      return await deliverOnce(ctx, actor, id);
    } catch (error) {
      if (!isGuard(error, CHANGED)) throw error;
    }
  }
  return fail("busy", "Other calls deliver this notification at the same time.");
}

/** Another call recorded an outcome meanwhile. */
const CHANGED = "notification_changed";

async function deliverOnce(ctx: DeliverContext, actor: Actor, id: string): Promise<Notification | Failure> {
  const { tenantId, cause, guards = [] } = actor;
  const loaded = await guarded(() =>
    ctx.db.batch([notificationOf(tenantId, id), activeChannelsOf(tenantId), ...guards]),
  );
  if (isFailure(loaded)) return loaded;
  const [[notification], channels] = loaded;
  if (!notification) return fail("not_found", `There is no notification ${id}.`);

  const known = new Map(notification.channels.map((outcome) => [outcome.channel, outcome]));
  known.set("in_app", { channel: "in_app", status: "delivered" });
  for (const channel of channels) {
    if (known.get(channel.kind)?.status === "delivered") continue;
    known.set(channel.kind, await sendTo(ctx, tenantId, channel, notification));
  }
  const outcomes = [...known.values()];
  const delivered = outcomes.flatMap(({ channel, status }) => (status === "delivered" ? [channel] : []));
  const isFirst = notification.status !== "delivered";
  const record = sql`update notifications set channels = ${json(outcomes)}, status = 'delivered',
      delivered_at = coalesce(delivered_at, ${new Date(ctx.clock())})
    where tenant_id = ${tenantId} and id = ${id} and channels = ${json(notification.channels)}`;
  const told = emit({
    name: "notification.delivered",
    tenantId,
    subject: `notifications/${id}`,
    subjectVersion: 1,
    data: { notificationId: id, userId: notification.userId, channels: delivered },
    cause,
  });
  const writes = [mustHit(CHANGED, record), ...(isFirst ? [told] : [])];
  return firstOf(await writeAs(ctx.db, actor, writes, notificationOf(tenantId, id)));
}

async function sendTo(
  ctx: DeliverContext,
  tenantId: string,
  channel: ActiveChannel,
  { id, userId, goalId, title, body, createdAt }: Notification,
): Promise<ChannelOutcome> {
  const payload = JSON.stringify({ id, userId, goalId, title, body, createdAt });
  const signingSecret = await signingSecretOf(ctx.secret, tenantId, channel);
  const result = await ctx.sender.send({
    method: "POST",
    url: channel.url,
    headers: {
      "content-type": "application/json",
      "idempotency-key": id,
      ...(signingSecret === null ? {} : signWebhook(signingSecret, id, new Date(ctx.clock()), payload)),
    },
    body: payload,
    timeoutMs: TIMEOUT_MS,
  });
  const failed = (detail: string): ChannelOutcome => ({ channel: channel.kind, status: "failed", detail });
  if (result.kind !== "answered") return failed(result.reason);
  if (result.status < 200 || result.status > 299) return failed(`The receiver answered ${result.status}.`);
  return { channel: channel.kind, status: "delivered" };
}
