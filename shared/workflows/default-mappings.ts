import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import { tableTag, touching } from "#shared/database/tags.ts";

const RUN = {
  plan: ["run:goals.read", "run:milestones.write", "run:phase.write"],
  execute: ["run:goals.read", "run:milestones.write", "run:progress.write", "run:interactions.write"],
  reflect: ["run:goals.read", "run:feedback.read", "run:progress.write", "run:interactions.write"],
  check: ["run:goals.read", "run:validation.write"],
  journey: ["run:goals.read", "run:phase.write", "run:interactions.write"],
  notify: ["run:notifications.deliver"],
  batching: ["run:batching.read", "run:batching.tune"],
  caches: ["run:caches.invalidate", "run:caches.warm"],
  tell: ["run:costs.tell"],
  rotate: ["run:keys.read", "run:keys.rotate"],
  integrate: ["run:interactions.write"],
  enforce: ["run:limits.enforce"],
};

/** Which workflow does what until an operator says otherwise: `[trigger, workflow, scopes of the run]`. */
export const DEFAULT_MAPPINGS: readonly (readonly [string, string, readonly string[]])[] = [
  ["goal.create", "planning-agent", RUN.plan],
  ["goal.update", "planning-agent", RUN.plan],
  ["milestone.create", "planning-agent", RUN.plan],
  ["task.execute", "execution-agent", RUN.execute],
  ["service.activate", "integration-agent-v2", RUN.integrate],
  ["progress.review", "reflection-agent", RUN.reflect],
  ["feedback.analyze", "reflection-agent", RUN.reflect],
  ["goal.validate", "goal-checking-agent", RUN.check],
  ["milestone.check", "goal-checking-agent", RUN.check],
  ["chat.process", "journey-analyzer", RUN.journey],
  ["notification.send", "notification-orchestrator", RUN.notify],
  ["milestone.updated", "reflection-agent", RUN.reflect],
  ["limits.abuse_detected", "limit-enforcer", RUN.enforce],
  ["batching.digest_ready", "api-batching", RUN.batching],
  ["caching.digest_ready", "auto-cache-invalidation", RUN.caches],
  ["caching.hit_rate_dropped", "auto-cache-invalidation", RUN.caches],
  ["caching.hot_key_found", "auto-cache-invalidation", RUN.caches],
  ["costs.report_ready", "cost-report", RUN.tell],
  ["costs.budget_crossed", "budget-alert", RUN.tell],
  ["tokens.rotation_due", "jwt-token-rotation", RUN.rotate],
  ["tokens.rotated", "jwt-token-rotation", RUN.rotate],
  ["*", "integration-agent-v2", RUN.integrate],
];

/** Maps everything that nobody has mapped yet to the instance. Changes made since the first start stay. */
export async function ensureDefaultMappings(db: Database, instanceId: string): Promise<void> {
  const rows = DEFAULT_MAPPINGS.map(([trigger, workflow_id, operations]) => ({ trigger, workflow_id, operations }));
  await db.query(
    touching(
      sql`
    insert into workflow_mappings (tenant_id, trigger, workflow_id, instance_id, webhook_path, operations)
    select null, d.trigger, d.workflow_id, ${instanceId}, 'webhook/' || d.workflow_id, d.operations
    from jsonb_to_recordset(${json(rows)}) as d(trigger text, workflow_id text, operations jsonb)
    where not exists (select from workflow_mappings m where m.tenant_id is null and m.trigger = d.trigger)
    on conflict do nothing`,
      tableTag("mappings", "-"),
    ),
  );
}
