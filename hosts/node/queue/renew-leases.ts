import type pg from "pg";
import type { Lane } from "./lane.ts";

const RENEW = `update outbox o set available_at = now() + s.lease_ms * interval '1 millisecond'
  from unnest($2::uuid[], $3::int[], $4::int[]) as s(id, attempts, lease_ms)
  where o.id = s.id and o.leased_by = $1 and o.attempts = s.attempts`;

/** Renews the leases that are a third spent. */
export async function renewLeases(
  client: pg.ClientBase,
  processId: number,
  lanes: readonly { lane: Lane; leaseMs: number }[],
): Promise<void> {
  const nowMs = performance.now();
  const ids: string[] = [];
  const attempts: number[] = [];
  const leases: number[] = [];
  for (const { lane, leaseMs } of lanes) {
    for (const holding of lane.held.values()) {
      if (nowMs - holding.leasedAtMs < leaseMs / 3) continue;
      holding.leasedAtMs = nowMs;
      ids.push(holding.message.id);
      attempts.push(holding.message.attempts);
      leases.push(leaseMs);
    }
  }
  if (ids.length > 0) await client.query(RENEW, [processId, ids, attempts, leases]);
}
