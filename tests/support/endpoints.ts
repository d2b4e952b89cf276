import type pg from "pg";
import { onTestFinished } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { sql } from "#shared/database/sql.ts";
import { EVENT_NAMES } from "#shared/events/catalog.ts";
import { emit } from "#shared/events/emit.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { LogFields, Logger } from "#shared/kernel/logger.ts";
import { deliverEvents, readFanOutMessage } from "#shared/webhooks/deliver-events.ts";
import { deliverToEndpoints, readEndpointMessage } from "#shared/webhooks/deliver-to-endpoints.ts";
import { createEndpointGate } from "#shared/webhooks/endpoint-gate.ts";
import { EndpointInput } from "#shared/webhooks/endpoint-input.ts";
import { createOpenedSecrets } from "#shared/webhooks/endpoint-secrets.ts";
import { createEndpoint, type Endpoint } from "#shared/webhooks/endpoints.ts";
import { ENDPOINT_QUEUE, type EndpointsContext, FAN_OUT_QUEUE } from "#shared/webhooks/endpoints-context.ts";
import type { OutgoingRequest, SendResult } from "#shared/webhooks/sender.ts";
import { createTestDatabase } from "./database.ts";

/** Webhook endpoints on a database of their own, with receivers whose answers the test scripts. */
export interface Endpoints {
  pool: pg.Pool;
  ctx: EndpointsContext;
  /** What left, in order. */
  sent: OutgoingRequest[];
  /** What receivers answer; 204 until a test says otherwise. */
  answer: (request: OutgoingRequest) => SendResult | Promise<SendResult>;
  /** Added to the clock, in ms. */
  aheadMs: number;
  log: { message: string; fields: LogFields | undefined }[];
  subscribe(input?: Partial<EndpointInput>, tenantId?: string): Promise<Endpoint & { secret: string }>;
  /** Emits an event and returns its id. */
  tell(subject?: string, version?: number, tenantId?: string): Promise<string>;
  /** Handles what is due until nothing is, in batches as a host does. */
  drain(options?: { isRedelivery?: boolean }): Promise<void>;
  /** Resolves when what invocations left behind is done. */
  settled(): Promise<void>;
  /** Lets time pass for everything that waits, the clock included. */
  pass(seconds: number): Promise<void>;
  delivery(endpointId: string, eventId: string): Promise<DeliveryRow>;
  endpoint(id: string): Promise<EndpointRow>;
}

interface DeliveryRow {
  status: string;
  attempts: number;
  lastError: string | null;
  orderKey: string | null;
  /** How long it waits to be due, in s; null: it does not. */
  waitSeconds: number | null;
}

interface EndpointRow {
  status: string;
  statusReason: string | null;
  failures: number;
  openings: number;
  isBlocked: boolean;
}

export const answered = (status: number, headers: Record<string, string> = {}, body = ""): SendResult => ({
  kind: "answered",
  status,
  headers: new Headers(headers),
  body,
});

export async function openEndpoints(): Promise<Endpoints> {
  const database = await createTestDatabase();
  const pool = createPool({ connectionString: database.url, applicationName: "test", max: 10 });
  const left: Promise<unknown>[] = [];
  onTestFinished(async () => {
    await Promise.allSettled(left);
    await pool.end();
    await database.drop();
  });
  const db = postgresDatabase(pool);
  const log: Endpoints["log"] = [];
  const note = (message: string, fields?: LogFields) => log.push({ message, fields });
  const logger: Logger = {
    debug: note,
    info: note,
    warn: note,
    error: note,
    with: () => logger,
    isEnabled: () => true,
  };
  const endpoints: Endpoints = {
    pool,
    log,
    sent: [],
    aheadMs: 0,
    answer: () => answered(204),
    ctx: {
      db,
      log: logger,
      clock: () => Date.now() + endpoints.aheadMs,
      random: () => 0.5,
      secret: "a-deployment-secret-with-32-chars-or-more",
      publicUrl: "https://rainwire.test",
      allowedHosts: [],
      endpointGate: createEndpointGate(),
      openedSecrets: createOpenedSecrets(),
      waitUntil: (promise) => left.push(promise),
      sender: {
        send: async (request) => {
          endpoints.sent.push(request);
          return await endpoints.answer(request);
        },
      },
    },
    async subscribe(input = {}, tenantId = "acme") {
      const full = EndpointInput.parse({ url: "https://receiver.example.com/hook", ...input });
      const made = await createEndpoint(endpoints.ctx, tenantId, full);
      if (isFailure(made)) throw new Error(made.detail);
      return made;
    },
    async tell(subject = "goals/1", version = 1, tenantId = "acme") {
      const id = uuidv7();
      const data = { notificationId: id, userId: "ada", channels: [] };
      const cause = { actor: "user:ada", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
      await db.query(
        emit({ id, name: "notification.delivered", tenantId, subject, subjectVersion: version, data, cause }),
      );
      return id;
    },
    async drain({ isRedelivery = false } = {}) {
      for (;;) {
        const rows = await db.query(sql<{ id: string; queue: string; eventId: string | null; body: unknown }>`
          select o.id, queue, event_id, body from outbox o where available_at <= now() and queue in (${FAN_OUT_QUEUE}, ${ENDPOINT_QUEUE})
            and not exists (select from outbox e where e.queue = o.queue and e.subject = o.subject
              and e.subject_version < o.subject_version)
          order by available_at, id`);
        if (rows.length === 0) return;
        await deliverEvents(
          endpoints.ctx,
          rows.flatMap(({ queue, eventId, body }) =>
            queue === FAN_OUT_QUEUE ? (readFanOutMessage(eventId === null ? body : { eventId }) ?? []) : [],
          ),
        );
        const handed = rows.flatMap(({ queue, body }) => {
          const message = queue === ENDPOINT_QUEUE ? readEndpointMessage(body) : undefined;
          return message ? [{ message, isRedelivery }] : [];
        });
        await deliverToEndpoints(endpoints.ctx, handed);
        await db.query(sql`delete from outbox where id = any(${rows.map(({ id }) => id)}::uuid[])`);
      }
    },
    async settled() {
      await Promise.all(left.splice(0));
    },
    async pass(seconds) {
      endpoints.aheadMs += seconds * 1000;
      const moves = [
        "update outbox set available_at = available_at - $1::interval",
        "update endpoint_deliveries set due_at = due_at - $1::interval where due_at is not null",
        `update webhook_endpoints set blocked_until = blocked_until - $1::interval, wake_at = wake_at - $1::interval,
           previous_secret_until = previous_secret_until - $1::interval`,
      ];
      for (const move of moves) await pool.query(move, [`${seconds} seconds`]);
    },
    async delivery(endpointId, eventId) {
      const [row] = await db.query(sql<DeliveryRow>`select status, attempts, last_error, order_key,
        extract(epoch from due_at - now())::float8 as wait_seconds
        from endpoint_deliveries where endpoint_id = ${endpointId} and event_id = ${eventId}`);
      if (!row) throw new Error("no such delivery");
      return row;
    },
    async endpoint(id) {
      const [row] = await db.query(sql<EndpointRow>`select status, status_reason, failures, openings,
        coalesce(blocked_until > now(), false) as is_blocked from webhook_endpoints where id = ${id}`);
      if (!row) throw new Error("no such endpoint");
      return row;
    },
  };
  const events = EVENT_NAMES.filter((name) => name !== "webhook.test");
  const subscription = { isOrdered: false, batchSize: 1, maxWaitMs: 0, attempts: 10, concurrency: 1, events };
  await registerSubscriptions(db, [{ queue: FAN_OUT_QUEUE, subscription }]);
  return endpoints;
}
