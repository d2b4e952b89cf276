import type { Database } from "#shared/database/database.ts";
import type { Page, PageInput } from "#shared/database/page.ts";
import { whereEqual } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";

/** One event for one endpoint, as its tenant sees it. */
export interface EndpointDelivery {
  eventId: string;
  eventType: string;
  status: "queued" | "delivered" | "dead";
  /** Requests made. */
  attempts: number;
  /** Null: it is settled, on its way or waits for an earlier event of its subject. */
  nextAttemptAt: Date | null;
  /** Of the last answer; null: there was none. */
  httpStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  settledAt: Date | null;
}

export interface EndpointAttempt {
  attempt: number;
  outcome: string;
  httpStatus: number | null;
  error: string | null;
  /** How the answer of a failed request begins. */
  answer: string | null;
  durationMs: number;
  startedAt: Date;
}

export interface EndpointDeliveryFilter extends PageInput {
  status?: string | undefined;
  eventType?: string | undefined;
}

const COLUMNS: Statement = sql`d.event_id, d.event_type, d.status, d.attempts, d.due_at as next_attempt_at, d.http_status,
  d.last_error, d.created_at, d.settled_at`;

/** An endpoint's deliveries, the newest events first. */
export async function listEndpointDeliveries(
  db: Database,
  tenantId: string,
  endpointId: string,
  filter: EndpointDeliveryFilter,
): Promise<Page<EndpointDelivery> | Failure> {
  const { status, eventType, before, limit } = filter;
  const filters = whereEqual([
    [sql`d.status`, status],
    [sql`d.event_type`, eventType],
  ]);
  // The dead have an index of their own.
  const isDead = status === "dead" ? sql` and d.died_at is not null` : sql``;
  const cursor = before === undefined ? sql`` : sql` and d.event_id < ${before}`;
  const [known, rows] = await db.batch([
    sql`select from webhook_endpoints where tenant_id = ${tenantId} and id = ${endpointId}`,
    sql<EndpointDelivery>`select ${COLUMNS} from endpoint_deliveries d
      where d.tenant_id = ${tenantId} and d.endpoint_id = ${endpointId}${filters}${isDead}${cursor}
      order by d.event_id desc limit ${limit + 1}`,
  ]);
  if (known.length === 0) return fail("not_found", `There is no webhook endpoint ${endpointId}.`);
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.eventId ?? null) : null };
}

/** A delivery with its last hundred requests, oldest first. */
export async function readEndpointDelivery(
  db: Database,
  tenantId: string,
  endpointId: string,
  eventId: string,
): Promise<(EndpointDelivery & { attemptLog: EndpointAttempt[] }) | Failure> {
  const [[delivery], attemptLog] = await db.batch([
    sql<EndpointDelivery>`select ${COLUMNS} from endpoint_deliveries d
      join webhook_endpoints w on w.id = d.endpoint_id and w.tenant_id = ${tenantId}
      where d.tenant_id = ${tenantId} and d.endpoint_id = ${endpointId} and d.event_id = ${eventId}`,
    sql<EndpointAttempt>`select attempt, outcome, http_status, error, answer, duration_ms, started_at
      from endpoint_attempts
      where tenant_id = ${tenantId} and endpoint_id = ${endpointId} and event_id = ${eventId}
      order by started_at desc, id desc limit 100`,
  ]);
  return delivery
    ? { ...delivery, attemptLog: attemptLog.reverse() }
    : fail("not_found", `The endpoint has no delivery of an event ${eventId}.`);
}
