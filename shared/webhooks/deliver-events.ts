import { z } from "zod";
import { sql } from "#shared/database/sql.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import type { EndpointsContext } from "./endpoints-context.ts";
import { fanOut } from "./fan-out.ts";
import type { HeldDelivery, SendingEndpoint, SendingMaterial } from "./hold-deliveries.ts";
import { sendHeld } from "./send-held.ts";

const EVENTS_AT_ONCE = 100;
/** More than that goes through the table, in messages that other processes may take. */
const MOST_AT_ONCE = 500;

const Message = z.union([z.object({ eventId: z.uuid() }), z.object({ eventIds: z.array(z.uuid()).min(1) })]);

/** The events of a message of the queue `webhook-fan-out`, or undefined when it is none. */
export function readFanOutMessage(body: unknown): string[] | undefined {
  const message = Message.safeParse(body).data;
  return message && ("eventIds" in message ? message.eventIds : [message.eventId]);
}

/**
 * Brings events to the endpoints that subscribed to them. What can go at once is sent, and its row written when it is
 * known what became of it: until then the event's message stands for it, and brings it back after a crash. What keeps
 * order or has to wait is written first, and goes its way through the table.
 */
export async function deliverEvents(ctx: EndpointsContext, eventIds: readonly string[]): Promise<void> {
  const slices: Promise<void>[] = [];
  for (let i = 0; i < eventIds.length; i += EVENTS_AT_ONCE) {
    slices.push(deliverSlice(ctx, eventIds.slice(i, i + EVENTS_AT_ONCE)));
  }
  const failed = (await Promise.allSettled(slices)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

interface Match extends StoredEvent, Omit<SendingEndpoint, "id" | "tenantId" | "blockedUntil"> {
  endpointId: string;
  isDirect: boolean;
}

async function deliverSlice(ctx: EndpointsContext, eventIds: readonly string[]): Promise<void> {
  const matches = await ctx.db.query(
    sql<Match>`select * from rainwire_match_events(${eventIds}::uuid[], ${MOST_AT_ONCE + 1}::int)`,
  );
  const direct = matches.length > MOST_AT_ONCE ? [] : matches.filter(({ isDirect }) => isDirect);
  const material: SendingMaterial = { endpoints: new Map(), events: new Map() };
  const held = direct.map((match): HeldDelivery => {
    const {
      id: eventId,
      endpointId,
      tenantId,
      url,
      status,
      secretEncrypted,
      previousSecretEncrypted,
      failures,
    } = match;
    const endpoint = { tenantId, url, status, secretEncrypted, previousSecretEncrypted, failures, blockedUntil: null };
    material.endpoints.set(endpointId, { id: endpointId, ...endpoint });
    material.events.set(eventId, match);
    return { endpointId, eventId, attempts: 0, orderKey: null, wasParked: false, unwritten: match };
  });
  if (direct.length < matches.length) await fanOut(ctx.db, eventIds, [...material.endpoints.keys()]);
  if (held.length > 0) await sendHeld(ctx, held, material);
}
