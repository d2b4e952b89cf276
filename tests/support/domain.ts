import { sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { putInstance } from "#shared/workflows/instances.ts";
import { mintRunToken } from "#shared/workflows/run-token.ts";
import type { TestInstance, TestTenant } from "./api.ts";

/** Rows of the domain, made by plain SQL for what a test is about. */

export const ERROR_KEY = "rwe_an-error-key-of-the-tests";

/** An n8n instance `main` that is not there. */
export const registerN8n = (rainwire: TestInstance) =>
  putInstance(
    { db: rainwire.database, secret: rainwire.secret },
    {
      id: "main",
      baseUrl: "http://127.0.0.1:9",
      apiKey: null,
      webhookKey: "a webhook key of the tests",
      signingSecret: `whsec_${btoa("an ascii signing secret of tests")}`,
      errorKey: ERROR_KEY,
    },
  );

export async function insertGoal(rainwire: TestInstance, { tenantId, userId }: TestTenant, title = "Goal") {
  const [goalId, milestoneId] = [uuidv7(), uuidv7()];
  await rainwire.database.batch([
    sql`insert into user_goals (id, tenant_id, user_id, title) values (${goalId}, ${tenantId}, ${userId}, ${title})`,
    sql`insert into milestones (id, tenant_id, goal_id, title, position)
      values (${milestoneId}, ${tenantId}, ${goalId}, 'First step', 1)`,
  ]);
  return { goalId, milestoneId };
}

export async function insertNotification(rainwire: TestInstance, { tenantId, userId }: TestTenant): Promise<string> {
  const id = uuidv7();
  await rainwire.database.query(sql`insert into notifications (id, tenant_id, user_id, title, body, status, channels)
    values (${id}, ${tenantId}, ${userId}, 'Hello', 'A word', 'requested', '[]')`);
  return id;
}

/** Abuse by a key of the tenant, about which nothing was decided yet. */
export async function insertIncident(
  rainwire: TestInstance,
  { tenantId }: TestTenant,
  keyId = "key-1",
): Promise<string> {
  const id = uuidv7();
  await rainwire.database.query(sql`
    insert into abuse_incidents (id, tenant_id, subject_kind, subject_id, kind, count, window_ms, window_start)
    values (${id}, ${tenantId}, 'key', ${keyId}, 'not_found', 300, 60000, now())`);
  return id;
}

/** An execution that runs as its first attempt. */
export async function insertExecution(
  rainwire: TestInstance,
  { tenantId }: Pick<TestTenant, "tenantId">,
): Promise<string> {
  const id = uuidv7();
  await rainwire.database.query(sql`
    insert into workflow_executions (id, tenant_id, workflow_id, instance_id, trigger_type, trigger, event_id, payload, status)
    values (${id}, ${tenantId}, 'planning-agent', 'main', 'action', 'goal.create', ${uuidv7()}, '{}', 'running')`);
  return id;
}

/** A webhook that was given up, with its failed execution and its dead letter. */
export async function insertDeadDelivery(rainwire: TestInstance, tenant: TestTenant) {
  const executionId = await insertExecution(rainwire, tenant);
  const [deliveryId, letterId, eventId] = [uuidv7(), uuidv7(), uuidv7()];
  await rainwire.database.batch([
    sql`update workflow_executions set status = 'failed', error_code = 'delivery_failed', error_message = 'gave up',
      attempt = 3, max_attempts = 3, completed_at = now() where id = ${executionId}`,
    sql`insert into deliveries (id, tenant_id, execution_id, event_id, destination, order_key, order_version,
        run_attempt, status, attempts, fence, settled_at)
      values (${deliveryId}, ${tenant.tenantId}, ${executionId}, ${eventId}, 'main', 'goals/1', 1, 3, 'dead', 12, 12, now())`,
    sql`insert into delivery_attempts (delivery_id, tenant_id, run_attempt, attempt, outcome, http_status, error,
        duration_ms, started_at)
      values (${deliveryId}, ${tenant.tenantId}, 3, 12, 'dead', 500, 'HTTP 500', 3, now())`,
    sql`insert into dead_letters (id, tenant_id, queue, event_id, delivery_id, execution_id, reason, attempts)
      values (${letterId}, ${tenant.tenantId}, 'webhook-deliveries', ${eventId}, ${deliveryId}, ${executionId},
        'delivery_failed', 12)`,
  ]);
  return { executionId, deliveryId, letterId };
}

/** A delivered event of the tenant, with its one request; returns the event's id. */
export async function insertEndpointDelivery(
  rainwire: TestInstance,
  { tenantId }: TestTenant,
  endpointId: string,
): Promise<string> {
  const eventId = uuidv7();
  await rainwire.database.batch([
    sql`insert into events (id, tenant_id, name, subject, subject_version, data)
      values (${eventId}, ${tenantId}, 'goal.created', 'goals/1', 1, '{}')`,
    sql`insert into endpoint_deliveries (endpoint_id, event_id, tenant_id, event_type, status, attempts, order_version,
        http_status, settled_at)
      values (${endpointId}, ${eventId}, ${tenantId}, 'goal.created', 'delivered', 1, 1, 204, now())`,
    sql`insert into endpoint_attempts (endpoint_id, event_id, tenant_id, attempt, outcome, http_status, duration_ms, started_at)
      values (${endpointId}, ${eventId}, ${tenantId}, 1, 'delivered', 204, 7, now())`,
  ]);
  return eventId;
}

/** A monthly report that was told and not sent. */
export async function insertCostNotice(rainwire: TestInstance, { tenantId }: TestTenant): Promise<string> {
  const id = uuidv7();
  await rainwire.database.query(sql`insert into cost_notices (id, key, kind, tenant_id, period)
    values (${id}, ${`report/${tenantId}/2026-10/final`}, 'report', ${tenantId}, '2026-10')`);
  return id;
}

/** The token that a run of this execution carries. */
export const runToken = (
  rainwire: TestInstance,
  { tenantId }: { tenantId: string },
  executionId: string,
  scopes: readonly string[],
  attempt = 1,
): Promise<string> =>
  mintRunToken(
    rainwire.secret,
    { tenantId, executionId, attempt, instanceId: "main", workflowId: "planning-agent", hop: 1, scopes },
    Date.now(),
    60_000,
  );
