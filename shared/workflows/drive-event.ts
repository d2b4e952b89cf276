import type { Database } from "#shared/database/database.ts";
import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { HOP_CAP } from "#shared/events/cause.ts";
import { consume, enqueue } from "#shared/events/enqueue.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import { derivedId } from "#shared/kernel/id.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { DELIVERY_QUEUE, DISPATCH_QUEUE } from "./context.ts";

export interface DriveContext {
  readonly db: Database;
  readonly log: Logger;
}

interface Mapping {
  id: string;
  workflowId: string;
  instanceId: string;
  url: string;
  timeoutMs: number;
  maxAttempts: number;
}

/** An action's name stands in its event's data; anything else drives by the event's own name. */
const triggerOf = (event: StoredEvent): string =>
  event.name === "action.requested" ? (event.data as { action: string }).action : event.name; // safe: catalogued shape

/**
 * The workflows that a trigger drives for a tenant: its own mappings before everybody's, the highest priority first.
 * An action without a mapping of its own goes to the fallback `*`.
 */
async function findMappings(db: Database, tenantId: string, trigger: string, isAction: boolean): Promise<Mapping[]> {
  const found = await db.query(sql<Mapping>`
    select m.id, m.workflow_id, m.instance_id, rtrim(i.base_url, '/') || '/' || ltrim(m.webhook_path, '/') as url,
      m.timeout_ms, m.max_attempts
    from workflow_mappings m join n8n_instances i on i.id = m.instance_id
    where m.is_active and (m.tenant_id = ${tenantId} or m.tenant_id is null)
      and (m.trigger = ${trigger} or (m.trigger = '*' and ${isAction}))
    order by m.trigger = '*', m.tenant_id nulls last, m.priority desc, m.id`);
  if (isAction) return found.slice(0, 1);
  return found.filter((mapping, i) => found.findIndex((other) => other.workflowId === mapping.workflowId) === i);
}

/**
 * Turns an event into the executions of the workflows mapped to it, each with its delivery, and consumes the event,
 * all in one batch. What a run writes does not drive its own workflow again, and nothing is driven past the hop cap.
 * @returns the executions it drives; none when nothing is mapped
 */
export async function driveEvent(ctx: DriveContext, event: StoredEvent): Promise<string[]> {
  const isAction = event.name === "action.requested";
  const trigger = triggerOf(event);
  const mappings = await findMappings(ctx.db, event.tenantId, trigger, isAction);
  const drivable = await dropLoops(ctx, event, mappings);
  const driven = await Promise.all(
    drivable.map(async (mapping) => {
      const executionId = isAction ? event.subject.replace("executions/", "") : await derivedId(event.id, mapping.id);
      return { executionId, statements: driveStatements(event, trigger, mapping, executionId) };
    }),
  );
  if (isAction && driven.length === 0)
    ctx.log.warn("no workflow is mapped to the action", { trigger, event: event.id });
  await ctx.db.batch([...driven.flatMap((each) => each.statements), consume(DISPATCH_QUEUE, event.id)]);
  return driven.map((each) => each.executionId);
}

async function dropLoops(ctx: DriveContext, event: StoredEvent, mappings: Mapping[]): Promise<Mapping[]> {
  if (mappings.length === 0) return [];
  if (event.hop >= HOP_CAP) {
    ctx.log.warn("the event lies at the hop cap and drives nothing", { event: event.id, hop: event.hop });
    return [];
  }
  if (event.executionId === null || event.name === "action.requested") return mappings;
  const [cause] = await ctx.db.query(
    sql<{ workflowId: string | null }>`select workflow_id from workflow_executions where id = ${event.executionId}`,
  );
  return mappings.filter((mapping) => mapping.workflowId !== cause?.workflowId);
}

function driveStatements(event: StoredEvent, trigger: string, mapping: Mapping, executionId: string): Statement[] {
  const isAction = event.name === "action.requested";
  const deliveryId = executionId;
  return [
    isAction
      ? sql`update workflow_executions set mapping_id = ${mapping.id}, workflow_id = ${mapping.workflowId},
          instance_id = ${mapping.instanceId}, timeout_ms = ${mapping.timeoutMs}, max_attempts = ${mapping.maxAttempts}
        where id = ${executionId} and tenant_id = ${event.tenantId}`
      : sql`insert into workflow_executions (id, tenant_id, mapping_id, workflow_id, instance_id, timeout_ms, max_attempts,
          trigger_type, trigger, event_id, actor, payload, subject, traceparent, hop)
        values (${executionId}, ${event.tenantId}, ${mapping.id}, ${mapping.workflowId}, ${mapping.instanceId},
          ${mapping.timeoutMs}, ${mapping.maxAttempts}, 'event', ${trigger}, ${event.id}, ${event.actor},
          ${json(event.data)}, ${event.subject}, ${event.traceparent}, ${event.hop})
        on conflict do nothing`,
    // A cancelled execution gets no delivery; a second run of this batch finds the first one's.
    emitting(sql`insert into deliveries (id, tenant_id, execution_id, event_id, destination, url, order_key, order_version)
      select ${deliveryId}, tenant_id, id, ${event.id}, ${mapping.instanceId}, ${mapping.url}, ${event.subject},
        ${event.subjectVersion}
      from workflow_executions where id = ${executionId} and status = 'pending'
      on conflict do nothing`),
    enqueue({ queue: DELIVERY_QUEUE, body: { deliveryId, fence: 0 }, tenantId: event.tenantId }),
  ];
}
