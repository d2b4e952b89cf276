import { type StoredEvent, toEnvelope } from "#shared/events/envelope.ts";
import type { EndpointsContext } from "./endpoints-context.ts";
import { SEND_TIMEOUT_MS } from "./endpoints-context.ts";
import type { SendingEndpoint } from "./hold-deliveries.ts";
import { type EndpointVerdict, judgeEndpoint } from "./judge-endpoint.ts";
import { signWebhook } from "./sign.ts";

/** The secrets that sign for an endpoint, the current one first. Throws when they do not open. */
export async function secretsOf(ctx: EndpointsContext, endpoint: SendingEndpoint): Promise<string[]> {
  const sealed = [endpoint.secretEncrypted, endpoint.previousSecretEncrypted].filter((each) => each !== null);
  return await Promise.all(sealed.map((each) => ctx.openedSecrets.open(ctx.secret, endpoint.id, each)));
}

export const bodyOf = (event: StoredEvent, publicUrl: string): string => JSON.stringify(toEnvelope(event, publicUrl));

/** Sends an event's envelope under Standard Webhooks' headers. Never throws. */
export async function sendDelivery(
  ctx: EndpointsContext,
  endpoint: SendingEndpoint,
  { event, body, secrets }: { event: StoredEvent; body: string; secrets: readonly string[] },
): Promise<EndpointVerdict> {
  const result = await ctx.sender.send({
    method: "POST",
    url: endpoint.url,
    timeoutMs: SEND_TIMEOUT_MS,
    body,
    headers: {
      "content-type": "application/cloudevents+json",
      "user-agent": "Rainwire-Webhooks/1",
      ...(event.traceparent === null ? {} : { traceparent: event.traceparent }),
      ...signWebhook(secrets, event.id, new Date(ctx.clock()), body),
    },
  });
  return judgeEndpoint(result, ctx.clock());
}
