import { describe, expect, it } from "vitest";
import { cancelExecution } from "#shared/workflows/cancel-execution.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import { sweepDeliveries } from "#shared/workflows/sweep-deliveries.ts";
import { wakeInstance } from "#shared/workflows/wake-parked.ts";
import { answered, type Bridge, openBridge } from "#tests/support/bridge.ts";

async function openWith(count: number, concurrency?: number): Promise<{ bridge: Bridge; ids: string[] }> {
  const bridge = await openBridge(concurrency === undefined ? {} : { concurrency });
  await bridge.map("service.activate");
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await bridge.submit("service.activate", { service: `s${i}` }));
  return { bridge, ids };
}

const spent = async ({ pool }: Bridge) =>
  (await pool.query("select attempts from deliveries order by attempts")).rows.map((row) => row.attempts);

describe("the circuit of an instance", () => {
  it("opens at the fifth failure in a row; the others wait without spending an attempt", async () => {
    const { bridge } = await openWith(12);
    bridge.answer = () => ({ kind: "failed", reason: "ECONNREFUSED" });
    await bridge.drain();
    expect(bridge.sent).toHaveLength(5);
    expect(await bridge.circuit()).toMatchObject({ state: "open", failures: 5 });
    expect(await spent(bridge)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(await bridge.events("circuit.opened")).toMatchObject([
      { subject: "instances/main", data: { instanceId: "main", failures: 5 } },
    ]);
  });

  it("counts failures in a row only", async () => {
    const { bridge } = await openWith(12);
    let n = 0;
    bridge.answer = () => answered(++n % 5 === 0 ? 202 : 500);
    await bridge.drain();
    expect(bridge.sent).toHaveLength(12);
    expect(await bridge.circuit()).toMatchObject({ state: "closed" });
  });

  it("lets one probe through when its wait is over, waits twice as long when it fails, and spends no attempt", async () => {
    const { bridge } = await openWith(8);
    bridge.answer = () => answered(503);
    await bridge.drain();
    const waits: number[] = [];
    for (let probe = 0; probe < 8; probe++) {
      const before = bridge.sent.length;
      await bridge.pass(61);
      await bridge.drain();
      expect(bridge.sent.length - before).toBe(1);
      waits.push(Math.ceil(((await bridge.circuit()).waitMs ?? 0) / 1000));
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    expect(Math.max(...(await spent(bridge)))).toBe(1);
    expect(await bridge.events("circuit.opened")).toHaveLength(1);
  });

  it("is probed as soon as its wait is over though every delivery is parked by then", async () => {
    const { bridge } = await openWith(6);
    bridge.answer = () => answered(500);
    await bridge.drain();
    await bridge.pass(0.9); // the retries come back, all too early
    await bridge.drain();
    expect(bridge.sent).toHaveLength(5);
    bridge.answer = () => answered(202);
    await bridge.pass(0.2);
    await bridge.drain();
    expect(bridge.sent).toHaveLength(11);
    expect(await bridge.circuit()).toMatchObject({ state: "closed", failures: 0, waitMs: null });
  });

  it("closes after an answered probe, and everyone flows again", async () => {
    const { bridge, ids } = await openWith(20);
    bridge.answer = () => answered(500);
    await bridge.drain();
    bridge.answer = () => answered(202);
    await bridge.pass(2);
    await bridge.drain();
    for (const id of ids) expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
    expect(await bridge.events("circuit.closed")).toMatchObject([{ data: { instanceId: "main", failures: 0 } }]);
    expect(await bridge.drain()).toBe(0);
  });

  it("is not closed by a request that our own rules refused", async () => {
    const { bridge } = await openWith(6);
    bridge.answer = () => answered(500);
    await bridge.drain();
    bridge.answer = () => ({ kind: "refused", reason: "the URL is not http" });
    await bridge.pass(2);
    const handled = await bridge.drain();
    expect(handled).toBeGreaterThan(0);
    expect((await bridge.circuit()).state).toBe("open");
    expect(await bridge.events("circuit.closed")).toEqual([]);
  });

  it("is probed though the delivery that opened it is dead and the next one was cancelled", async () => {
    const { bridge, ids } = await openWith(2);
    await bridge.pool.query("update n8n_instances set breaker_failures = 4");
    bridge.answer = () => answered(500);
    await bridge.drain(["workflow-dispatch"]);
    await bridge.pool.query("update deliveries set attempts = 11 where execution_id = $1", [ids[0]]);
    await bridge.drain();
    expect(await bridge.delivery(ids[0] ?? "")).toMatchObject({ status: "dead" });
    await cancelExecution(bridge.ctx, "acme", ids[1] ?? "");
    const third = await bridge.submit("service.activate", { service: "late" });
    await bridge.drain();
    expect(bridge.sent).toHaveLength(1);
    bridge.answer = () => answered(202);
    await bridge.pass(1.1);
    await bridge.drain();
    expect(await bridge.execution(third)).toMatchObject({ status: "dispatched" });
  });

  it("is probed again after a probe whose sender died, without the sweep", async () => {
    const { bridge } = await openWith(6);
    bridge.answer = () => answered(500);
    await bridge.drain();
    await bridge.pass(2);
    bridge.answer = () => {
      throw new Error("the process died");
    };
    await expect(bridge.drain()).rejects.toThrow("died");
    expect((await bridge.circuit()).state).toBe("half_open");
    bridge.answer = () => answered(202);
    await bridge.drain(); // the rest come, too early, among them the dead probe's own message
    expect(bridge.sent).toHaveLength(6);
    await bridge.pass(36);
    await bridge.drain();
    expect((await bridge.circuit()).state).toBe("closed");
    expect((await bridge.executions()).filter(({ status }) => status === "dispatched").length).toBeGreaterThanOrEqual(
      5,
    );
    await sweepDeliveries(bridge.ctx.db);
    await bridge.drain();
    expect((await bridge.executions()).map(({ status }) => status)).toEqual(Array(6).fill("dispatched"));
  });

  it("lets exactly one of many that come at once probe", async () => {
    const { bridge } = await openWith(10);
    bridge.answer = () => answered(500);
    await bridge.drain();
    await bridge.pool.query("delete from outbox");
    await bridge.pool.query("update deliveries set next_attempt_at = now()");
    await bridge.pass(2);
    const { rows } = await bridge.pool.query(`select id as "deliveryId", fence from deliveries`);
    const before = bridge.sent.length;
    await Promise.all(rows.map((row) => deliver(bridge.ctx, { ...row, isRedelivery: false })));
    expect(bridge.sent.length - before).toBe(1);
  });

  it("is not asked for a probe over and over while every slot is taken, and gets one when a slot is free", async () => {
    const { bridge, ids } = await openWith(2, 1);
    await bridge.drain(["workflow-dispatch"]);
    const hangs = Promise.withResolvers<ReturnType<typeof answered>>();
    bridge.answer = () => hangs.promise;
    const hanging = deliver(bridge.ctx, { deliveryId: ids[0] ?? "", fence: 0, isRedelivery: false });
    await expect.poll(() => bridge.sent.length).toBe(1);
    await bridge.pool.query("delete from outbox where body->>'deliveryId' = $1", [ids[0]]);
    await bridge.drain(); // parks the second one
    await bridge.pool.query(
      "update n8n_instances set breaker_state = 'open', breaker_retry_at = now() - interval '1 s'",
    );
    await wakeInstance(bridge.ctx.db, "main");
    expect(await bridge.drain()).toBe(0);
    hangs.resolve({ kind: "failed", reason: "no answer within 30000 ms" });
    await hanging;
    bridge.answer = () => answered(202);
    await bridge.drain();
    expect(await bridge.execution(ids[1] ?? "")).toMatchObject({ status: "dispatched" });
  });

  it("stays half open only when its probe has left: one that finds no slot does not use it up", async () => {
    const { bridge, ids } = await openWith(2, 1);
    await bridge.drain(["workflow-dispatch"]);
    await bridge.pool.query(
      "update deliveries set status = 'sending', lease_until = now() + interval '1 hour' where execution_id = $1",
      [ids[0]],
    );
    await bridge.pool.query(
      "update n8n_instances set breaker_state = 'open', breaker_retry_at = now() - interval '1 s'",
    );
    await bridge.drain();
    expect(bridge.sent).toEqual([]);
    expect((await bridge.circuit()).state).toBe("open");
    expect(await bridge.delivery(ids[1] ?? "")).toMatchObject({ isParked: true, attempts: 0 });
  });
});
