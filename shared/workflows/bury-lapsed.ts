import { sql } from "#shared/database/sql.ts";
import type { BegunDelivery } from "./begin-delivery.ts";
import type { WorkflowsContext } from "./context.ts";
import { settleDelivery } from "./settle-delivery.ts";

/**
 * Gives up deliveries whose senders died at every attempt they have: one that kills whoever sends it must not do so
 * forever. Safe to run at any time, by anybody; to be run before the sweep requeues what has attempts left.
 */
export async function buryLapsed(ctx: WorkflowsContext): Promise<void> {
  const lapsed = await ctx.db.query(sql<BegunDelivery & { leaseUntil: Date }>`
    select d.id, d.tenant_id, d.execution_id, d.event_id, d.destination, d.run_attempt, d.attempts, d.max_attempts, d.fence,
      false as is_probe, i.webhook_timeout_ms as timeout_ms, d.lease_until
    from deliveries d join n8n_instances i on i.id = d.destination
    where d.status = 'sending' and d.lease_until < now() and d.attempts >= d.max_attempts
    order by d.id limit 100`);
  for (const { leaseUntil, ...delivery } of lapsed) {
    const verdict = { kind: "dead", httpStatus: null, reason: "its sender was lost at every attempt" } as const;
    await settleDelivery(ctx, { delivery, verdict, startedAt: leaseUntil, durationMs: 0 });
  }
}
