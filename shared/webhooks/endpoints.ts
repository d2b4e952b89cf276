import type { Database } from "#shared/database/database.ts";
import { type Page, type PageInput, pageClause, toPage } from "#shared/database/page.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { EndpointChange, EndpointInput } from "./endpoint-input.ts";
import { newSecret, sealSecret } from "./endpoint-secrets.ts";
import { refusalOf } from "./endpoint-url.ts";
import { likeOf } from "./match-endpoint.ts";
import { wakeEndpoints } from "./wake-endpoints.ts";

export interface ManageEndpointsContext {
  readonly db: Database;
  readonly secret: string;
  readonly allowedHosts: readonly string[];
}

/** A webhook endpoint as its tenant sees it. */
export interface Endpoint {
  id: string;
  url: string;
  description: string;
  eventTypes: string[];
  subject: string | null;
  isOrdered: boolean;
  status: "active" | "paused" | "disabled";
  /** Why it was disabled. */
  statusReason: "gone" | "failing" | null;
  /** Requests that failed in a row. */
  failures: number;
  firstFailedAt: Date | null;
  /** Until when the secret before signs too. */
  previousSecretUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** So that an event costs a bounded number of deliveries. */
const MOST_ENDPOINTS = 1_000;

const COLUMNS: Statement = sql`id, url, description, event_types, subject, is_ordered, status, status_reason, failures,
  first_failed_at, case when previous_secret_until > now() then previous_secret_until end as previous_secret_until,
  created_at, updated_at`;

const noEndpoint = (id: string): Failure => fail("not_found", `There is no webhook endpoint ${id}.`);

const badUrl = (detail: string): Failure =>
  fail("invalid_request", `The URL ${detail}.`, [{ pointer: "/url", detail }]);

/** Subscribes a URL. The secret is answered this once. */
export async function createEndpoint(
  ctx: ManageEndpointsContext,
  tenantId: string,
  input: EndpointInput,
): Promise<(Endpoint & { secret: string }) | Failure> {
  const refusal = refusalOf(input.url, ctx.allowedHosts);
  if (refusal !== undefined) return badUrl(refusal);
  const [id, secret] = [uuidv7(), newSecret()];
  const subject = input.subject ?? null;
  const [made] = await ctx.db.query(sql<Endpoint>`
    insert into webhook_endpoints (id, tenant_id, url, description, event_types, subject, subject_like, is_ordered,
      secret_encrypted)
    select ${id}, ${tenantId}, ${input.url}, ${input.description}, ${input.eventTypes}::text[], ${subject},
      ${subject === null ? null : likeOf(subject)}, ${input.isOrdered}, ${await sealSecret(ctx.secret, id, secret)}
    where (select count(*) from webhook_endpoints where tenant_id = ${tenantId}) < ${MOST_ENDPOINTS}
    returning ${COLUMNS}`);
  return made ? { ...made, secret } : fail("limit_reached", `A tenant has ${MOST_ENDPOINTS} endpoints at most.`);
}

export async function listEndpoints(db: Database, tenantId: string, input: PageInput): Promise<Page<Endpoint>> {
  const page = pageClause(sql`webhook_endpoints`, tenantId, input);
  const rows = await db.query(
    sql<Endpoint>`select ${COLUMNS} from webhook_endpoints where tenant_id = ${tenantId}${page}`,
  );
  return toPage(rows, input);
}

export async function readEndpoint(db: Database, tenantId: string, id: string): Promise<Endpoint | Failure> {
  const [endpoint] = await db.query(
    sql<Endpoint>`select ${COLUMNS} from webhook_endpoints where tenant_id = ${tenantId} and id = ${id}`,
  );
  return endpoint ?? noEndpoint(id);
}

/**
 * Changes what is named. Setting it active forgets its failures and sends what was kept while it was paused or
 * disabled.
 */
export async function changeEndpoint(
  ctx: ManageEndpointsContext,
  tenantId: string,
  id: string,
  change: EndpointChange,
): Promise<Endpoint | Failure> {
  const refusal = change.url === undefined ? undefined : refusalOf(change.url, ctx.allowedHosts);
  if (refusal !== undefined) return badUrl(refusal);
  const { url, description, eventTypes, subject, isOrdered, status } = change;
  const isRevived = status === "active";
  const update = sql<Endpoint>`
    update webhook_endpoints set updated_at = now(), version = version + 1,
      url = coalesce(${url ?? null}, url),
      description = coalesce(${description ?? null}, description),
      event_types = coalesce(${eventTypes ?? null}::text[], event_types),
      subject = case when ${subject === undefined} then subject else ${subject ?? null} end,
      subject_like = case when ${subject === undefined} then subject_like else ${subject == null ? null : likeOf(subject)} end,
      is_ordered = coalesce(${isOrdered ?? null}::boolean, is_ordered),
      status = coalesce(${status ?? null}, status),
      status_reason = case when ${status === undefined} then status_reason end,
      failures = case when ${isRevived} then 0 else failures end,
      openings = case when ${isRevived} then 0 else openings end,
      first_failed_at = case when ${isRevived} then null else first_failed_at end,
      blocked_until = case when ${isRevived} then null else blocked_until end
    where tenant_id = ${tenantId} and id = ${id} returning ${COLUMNS}`;
  const [[changed]] = await ctx.db.batch([update, ...(isRevived ? [wakeEndpoints([id])] : [])]);
  return changed ?? noEndpoint(id);
}

/** Deletes an endpoint. Its deliveries are no longer sent, nor shown; the daily task removes them. */
export async function deleteEndpoint(db: Database, tenantId: string, id: string): Promise<undefined | Failure> {
  const deleted = await db.query(
    sql`delete from webhook_endpoints where tenant_id = ${tenantId} and id = ${id} returning id`,
  );
  return deleted.length > 0 ? undefined : noEndpoint(id);
}

/** Gives an endpoint a new secret; the one before signs beside it for as long as the overlap lasts. */
export async function rotateEndpointSecret(
  ctx: ManageEndpointsContext,
  tenantId: string,
  id: string,
  overlapSeconds: number,
): Promise<{ secret: string; previousSecretUntil: Date | null } | Failure> {
  const secret = newSecret();
  const [rotated] = await ctx.db.query(sql<{ previousSecretUntil: Date | null }>`
    update webhook_endpoints set updated_at = now(), previous_secret_encrypted = secret_encrypted,
      previous_secret_until = now() + ${overlapSeconds}::int * interval '1 second',
      secret_encrypted = ${await sealSecret(ctx.secret, id, secret)}
    where tenant_id = ${tenantId} and id = ${id}
    returning case when previous_secret_until > now() then previous_secret_until end as previous_secret_until`);
  return rotated ? { secret, previousSecretUntil: rotated.previousSecretUntil } : noEndpoint(id);
}
