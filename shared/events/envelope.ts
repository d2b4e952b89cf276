import type { EventName } from "./catalog.ts";

/** An event as the history holds it. */
export interface StoredEvent {
  id: string;
  tenantId: string;
  name: EventName;
  subject: string;
  subjectVersion: number;
  data: unknown;
  actor: string | null;
  executionId: string | null;
  traceparent: string | null;
  causationId: string | null;
  hop: number;
  occurredAt: Date;
}

/**
 * CloudEvents 1.0 in its JSON form. Extension attributes: `traceparent` (distributed tracing extension), `tenantid`,
 * `subjectversion`, `causationid`, `actor`.
 */
export interface Envelope {
  specversion: "1.0";
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  data: unknown;
  tenantid: string;
  subjectversion: number;
  traceparent?: string;
  causationid?: string;
  actor?: string;
}

/** @param source the deployment's public URL: with `id` it names the event worldwide */
export const toEnvelope = (event: StoredEvent, source: string): Envelope => ({
  specversion: "1.0",
  id: event.id,
  source,
  type: event.name,
  subject: event.subject,
  time: event.occurredAt.toISOString(),
  datacontenttype: "application/json",
  data: event.data,
  tenantid: event.tenantId,
  subjectversion: event.subjectVersion,
  ...(event.traceparent ? { traceparent: event.traceparent } : {}),
  ...(event.causationId ? { causationid: event.causationId } : {}),
  ...(event.actor ? { actor: event.actor } : {}),
});
