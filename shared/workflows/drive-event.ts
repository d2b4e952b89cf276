import type { Database } from "#shared/database/database.ts";
import { emitting, json, type Statement, sql } from "#shared/database/sql.ts";
import { HOP_CAP } from "#shared/events/cause.ts";
import { consume, enqueue } from "#shared/events/enqueue.ts";
import type { StoredEvent } from "#shared/events/envelope.ts";
import { derivedId } from "#shared/kernel/id.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import { DELIVERY_QUEUE, DISPATCH_QUEUE } from "./context.ts";
import { settleExecution } from "./settle-execution.ts";

export interface DriveContext {
  readonly db: Database;
  readonly log: Logger;
}

interface Mapping {
  id: string;
  workflowId: string;
  instanceId: string;
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
    select m.id, m.workflow_id, m.instance_id, m.timeout_ms, m.max_attempts
    from workflow_mappings m
    where m.is_active and (m.tenant_id = ${tenantId} or m.tenant_id is null)
      and (m.trigger = ${trigger} or (m.trigger = '*' and ${isAction}))
    order by m.trigger = '*', m.tenant_id nulls last, m.priority desc, m.id`);
  if (isAction) return found.slice(0, 1);
  return found.filter((mapping, i) => found.findIndex((other) => other.workflowId === mapping.workflowId) === i);
}

/** What an event drives: workflows, or none with the reason why. */
type Drive = { mappings: Mapping[] } | { mappings: []; errorCode: string; errorMessage: string };

/**
 * Turns an event into the executions of the workflows mapped to it, each with its delivery, and consumes the event,
 * all in one batch. What a run writes does not drive its own workflow again, and nothing is driven past the hop cap.
 * An action that drives nothing fails its execution with `unknown_workflow` or `hop_cap_reached`.
 * @returns the executions it drives; none when nothing is mapped
 */
export async function driveEvent(ctx: DriveContext, event: StoredEvent): Promise<string[]> {
  const isAction = event.name === "action.requested";
  const trigger = triggerOf(event);
  const drive = await decideDrive(ctx, event, trigger, isAction);
  const actionId = event.subject.replace("executions/", "");
  const driven = drive.mappings.map((mapping) => {
    const executionId = isAction ? actionId : derivedId(event.id, mapping.id);
    return { executionId, statements: driveStatements(event, trigger, mapping, executionId) };
  });
  const failed: Statement[] = [];
  if ("errorCode" in drive) {
    const { errorCode, errorMessage } = drive;
    ctx.log.warn(errorMessage, { trigger, event: event.id, hop: event.hop });
    if (isAction) {
      const { tenantId } = event;
      failed.push(settleExecution({ tenantId, executionId: actionId, status: "failed", errorCode, errorMessage }));
    }
  }
  await ctx.db.batch([...driven.flatMap((each) => each.statements), ...failed, consume(DISPATCH_QUEUE, event.id)]);
  return driven.map((each) => each.executionId);
}

async function decideDrive(ctx: DriveContext, event: StoredEvent, trigger: string, isAction: boolean): Promise<Drive> {
  const mappings = await findMappings(ctx.db, event.tenantId, trigger, isAction);
  if (mappings.length === 0) {
    if (!isAction) return { mappings };
    const errorMessage = `No active workflow is mapped to ${trigger}, and there is no fallback.`;
    return { mappings: [], errorCode: "unknown_workflow", errorMessage };
  }
  if (event.hop >= HOP_CAP) {
    const errorMessage = `It lies ${event.hop} runs behind its first cause: no run is driven that deep.`;
    return { mappings: [], errorCode: "hop_cap_reached", errorMessage };
  }
  if (isAction || event.executionId === null) return { mappings };
  const own = await workflowOf(ctx.db, event.executionId);
  return { mappings: mappings.filter((mapping) => mapping.workflowId !== own) };
}

/** The workflow of an execution; of an action that waits to be dispatched, the one that it will go to. */
async function workflowOf(db: Database, executionId: string): Promise<string | undefined> {
  const [execution] = await db.query(
    sql<{ tenantId: string; workflowId: string | null; trigger: string }>`
      select tenant_id, workflow_id, trigger from workflow_executions where id = ${executionId}`,
  );
  if (!execution) return undefined;
  if (execution.workflowId !== null) return execution.workflowId;
  const [mapping] = await findMappings(db, execution.tenantId, execution.trigger, true);
  return mapping?.workflowId;
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
    emitting(sql`insert into deliveries (id, tenant_id, execution_id, event_id, destination, order_key, order_version)
      select ${deliveryId}, tenant_id, id, ${event.id}, ${mapping.instanceId}, ${event.subject},
        ${event.subjectVersion}
      from workflow_executions where id = ${executionId} and status = 'pending'
      on conflict do nothing`),
    enqueue({ queue: DELIVERY_QUEUE, body: { deliveryId, fence: 0 }, tenantId: event.tenantId }),
  ];
}
