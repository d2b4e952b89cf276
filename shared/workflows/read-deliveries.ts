import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage, whereEqual } from "#shared/database/page.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";

export const DELIVERY_STATUSES = ["queued", "sending", "delivered", "dead", "cancelled"] as const;

/** A webhook as its tenant sees it. */
export interface Delivery {
  id: string;
  executionId: string;
  eventId: string;
  /** The n8n instance it goes to. */
  destination: string;
  status: (typeof DELIVERY_STATUSES)[number];
  /** The execution's attempt that it drives. */
  runAttempt: number;
  /** Requests made for this run attempt. */
  attempts: number;
  maxAttempts: number;
  nextAttemptAt: Date;
  /** It waits for a slot, for its turn or for the circuit to close. */
  isParked: boolean;
  lastError: string | null;
  createdAt: Date;
  settledAt: Date | null;
}

/** One request of a delivery. */
export interface DeliveryAttempt {
  id: string;
  runAttempt: number;
  attempt: number;
  outcome: string;
  httpStatus: number | null;
  error: string | null;
  durationMs: number;
  startedAt: Date;
}

export interface DeliveryFilter extends PageInput {
  status?: string | undefined;
  executionId?: string | undefined;
}

const SELECT_DELIVERY = sql<Delivery>`select id, execution_id, event_id, destination, status, run_attempt, attempts,
  max_attempts, next_attempt_at, is_parked, last_error, created_at, settled_at from deliveries`;

/** The tenant's deliveries, newest first. */
export async function listDeliveries(db: Database, tenantId: string, filter: DeliveryFilter): Promise<Page<Delivery>> {
  const filters = whereEqual([
    [sql`status`, filter.status],
    [sql`execution_id`, filter.executionId],
  ]);
  const page = pageClause(sql`deliveries`, tenantId, filter);
  const rows = await db.query(sql<Delivery>`${SELECT_DELIVERY} where tenant_id = ${tenantId}${filters}${page}`);
  return toPage(rows, filter);
}

/** A delivery with its last hundred requests, oldest first. */
export async function readDelivery(
  db: Database,
  tenantId: string,
  id: string,
): Promise<(Delivery & { attemptLog: DeliveryAttempt[] }) | Failure> {
  const [[delivery], attemptLog] = await db.batch([
    sql<Delivery>`${SELECT_DELIVERY} where tenant_id = ${tenantId} and id = ${id}`,
    sql<DeliveryAttempt>`select id, run_attempt, attempt, outcome, http_status, error, duration_ms, started_at
      from delivery_attempts where tenant_id = ${tenantId} and delivery_id = ${id} order by id desc limit 100`,
  ]);
  return delivery
    ? { ...delivery, attemptLog: attemptLog.reverse() }
    : fail("not_found", `There is no delivery ${id}.`);
}
