import { emitting, sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { type EndpointsContext, LEASE_MS } from "./endpoints-context.ts";
import { type HeldDelivery, readMaterial } from "./hold-deliveries.ts";
import { type EndpointVerdict, notSent } from "./judge-endpoint.ts";
import { settleAttempts } from "./record-outcomes.ts";
import { bodyOf, secretsOf, sendDelivery } from "./send-delivery.ts";

export interface TestOutcome {
  eventId: string;
  isDelivered: boolean;
  httpStatus: number | null;
  error: string | null;
  /** How the answer of a failed request begins. */
  answer: string | null;
  durationMs: number;
}

/**
 * Sends a `webhook.test` to one endpoint at once, whatever its status, and says how it went. It is made once: it is
 * not tried again, and neither its success nor its failure counts for the endpoint.
 */
export async function testEndpoint(
  ctx: EndpointsContext,
  { tenantId, cause }: { tenantId: string; cause: Cause },
  endpointId: string,
): Promise<TestOutcome | Failure> {
  const delivery: HeldDelivery = {
    endpointId,
    eventId: uuidv7(ctx.clock()),
    attempts: 0,
    orderKey: null,
    wasParked: false,
  };
  const { eventId } = delivery;
  const [known] = await ctx.db.query(
    sql`select from webhook_endpoints where tenant_id = ${tenantId} and id = ${endpointId}`,
  );
  if (!known) return fail("not_found", `There is no webhook endpoint ${endpointId}.`);
  const subject = `webhook-endpoints/${endpointId}`;
  await ctx.db.batch([
    emit({
      id: eventId,
      name: "webhook.test",
      tenantId,
      subject,
      subjectVersion: ctx.clock(),
      data: { endpointId },
      cause,
    }),
    emitting(sql`insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, due_at, order_version)
      values (${endpointId}, ${eventId}, ${tenantId}, 'webhook.test', now() + ${LEASE_MS}::int * interval '1 millisecond',
        ${ctx.clock()})`),
  ]);
  const { endpoints, events } = await readMaterial(ctx.db, [delivery]);
  const [endpoint, event] = [endpoints.get(endpointId), events.get(eventId)];
  if (!endpoint || !event) return fail("not_found", "The endpoint was deleted meanwhile.");
  const startedAtMs = ctx.clock();
  const secrets = await secretsOf(ctx, endpoint).catch(() => undefined);
  const verdict: EndpointVerdict = secrets
    ? await sendDelivery(ctx, endpoint, { event, body: bodyOf(event, ctx.publicUrl), secrets })
    : notSent("its secret does not open: rotate it");
  const durationMs = Math.round(ctx.clock() - startedAtMs);
  const outcome = { kind: verdict.isDelivered ? ("delivered" as const) : ("dead" as const) };
  const startedAt = new Date(startedAtMs);
  await ctx.db.query(
    settleAttempts([{ delivery, endpoint, verdict, outcome, startedAt, durationMs }], new Date(ctx.clock())),
  );
  const { isDelivered, httpStatus, error, answer } = verdict;
  return { eventId, isDelivered, httpStatus, error, answer, durationMs };
}
