import { loadHandlers } from "#hosts/starting/handlers.ts";
import { sql } from "#shared/database/sql.ts";
import { queueDepths } from "../../queue/queue-depths.ts";
import { type Check, type Finding, NEEDS_DATABASE, ok, skipped, warn } from "../check.ts";

/** A message that could be handled and waits for longer says that its queue is behind. */
const BEHIND_MS = 60_000;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

export const outbox: Check = {
  name: "queues",
  needsDatabase: true,
  async run({ database, manifest }) {
    if (!database) return NEEDS_DATABASE;
    const depths = await queueDepths(database);
    const declared = new Set("value" in manifest ? manifest.value.queues.map(({ name }) => name) : []);
    if (depths.length === 0) return ok("empty");
    return depths.map(({ queue, ready, delayed, leased, oldestReadyMs }): Finding => {
      const says = `${queue}: ${ready} ready, ${delayed} delayed, ${leased} in work${ready > 0 ? `, the oldest for ${seconds(oldestReadyMs)}` : ""}`;
      if (ready + delayed + leased > 0 && declared.size > 0 && !declared.has(queue))
        return warn(
          `${says}, but the manifest has no such queue`,
          "Declare the queue and its observer again, or delete its rows of outbox.",
        );
      return oldestReadyMs > BEHIND_MS
        ? warn(
            `${says}: behind`,
            "See whether a host runs and what its log says of that observer; start a second host if it is busy.",
          )
        : ok(says);
    });
  },
};

export const deadLetters: Check = {
  name: "dead letters",
  needsDatabase: true,
  async run({ database }) {
    const rows =
      (await database?.query(sql<{ queue: string; reason: string; count: number; oldest: Date }>`
        select queue, reason, count(*) as count, min(created_at) as oldest
        from dead_letters where replayed_at is null group by 1, 2 order by 3 desc limit 10`)) ?? [];
    if (rows.length === 0) return ok("none open");
    return rows.map(({ queue, reason, count, oldest }) =>
      warn(
        `${queue}: ${count} open (${reason}), the oldest of ${oldest.toISOString()}`,
        "List them with GET /v1/dead-letters, replay one with POST /v1/dead-letters/{id}/replay.",
      ),
    );
  },
};

export const subscriptions: Check = {
  name: "subscriptions",
  needsDatabase: true,
  async run({ database, manifest, rootDir }) {
    if ("error" in manifest) return skipped("needs a valid manifest");
    const observers = manifest.value.observers;
    const handlers = await loadHandlers(
      { ...manifest.value, services: [], tasks: [], buckets: [], others: [] },
      rootDir,
    );
    const exported = handlers.flatMap(({ declaration, subscription }) =>
      declaration.kind === "observer" && declaration.source.kind === "queue" && subscription
        ? subscription.events.map((event) => `${event} → ${(declaration.source as { queue: string }).queue}`) // safe: narrowed one line above
        : [],
    );
    const rows =
      (await database?.query(
        sql<{ pair: string }>`select event_name || ' → ' || queue as pair from event_subscriptions`,
      )) ?? [];
    const registered = new Set(rows.map(({ pair }) => pair));
    const lacking = exported.filter((pair) => !registered.has(pair));
    const stale = [...registered].filter((pair) => !exported.includes(pair));
    if (lacking.length + stale.length === 0)
      return ok(`${exported.length} events reach ${observers.length} observers, as exported`);
    const parts = [
      ...(lacking.length > 0 ? [`not registered: ${lacking.join(", ")}`] : []),
      ...(stale.length > 0 ? [`registered and no longer exported: ${stale.join(", ")}`] : []),
    ];
    return warn(parts.join("; "), "Restart the hosts: a start registers what the observers export.");
  },
};
