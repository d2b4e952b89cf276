import { describe, expect, it } from "vitest";
import { all, ONE_BY_ONE, openQueueBench } from "./fixture.ts";

describe("fairness among tenants", () => {
  it("serves a tenant's one message soon though another has ten thousand before it", async () => {
    const bench = await openQueueBench();
    await bench.pool.query(
      "insert into outbox (queue, body, tenant_id) select 'jobs', to_jsonb(i), 'hog' from generate_series(1, 10000) i",
    );
    await bench.queue("jobs", "small").send("mine");
    await bench.queue("jobs").send("the platform's own");
    const served: (string | null)[] = [];
    await bench.start({
      settings: { ...ONE_BY_ONE, batchSize: 10, concurrency: 2 },
      async handle(messages) {
        served.push(...messages.map(({ tenantId }) => tenantId));
        return all(messages, { outcome: "ack" });
      },
    });
    await expect.poll(() => served.includes("small") && served.includes(null), { timeout: 5000 }).toBe(true);
    expect(served.indexOf("small")).toBeLessThan(100);
    expect(served.indexOf(null)).toBeLessThan(100);
  });

  it("gives tenants that all have a backlog like shares", async () => {
    const bench = await openQueueBench();
    for (const tenant of ["a", "b", "c", "d", "e"]) {
      await bench.pool.query(
        "insert into outbox (queue, body, tenant_id) select 'jobs', to_jsonb(i), $1 from generate_series(1, 1000) i",
        [tenant],
      );
    }
    const served = new Map<string | null, number>();
    const engine = await bench.start({
      async handle(messages) {
        for (const { tenantId } of messages) served.set(tenantId, (served.get(tenantId) ?? 0) + 1);
        return all(messages, { outcome: "ack" });
      },
    });
    await expect.poll(() => Math.max(0, ...served.values()), { timeout: 10_000, interval: 5 }).toBeGreaterThan(80);
    await engine.stop({ timeoutMs: 1000 });
    expect([...served.keys()].toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    // With room for one message, each second claim is the oldest's ("a") and the rest go round the five.
    expect(Math.min(...served.values())).toBeGreaterThan(9);
  });
});
