import { describe, expect, it } from "vitest";
import { buryLapsed } from "#shared/workflows/bury-lapsed.ts";
import { cancelExecution } from "#shared/workflows/cancel-execution.ts";
import { completeExecution } from "#shared/workflows/complete-execution.ts";
import { deliver } from "#shared/workflows/deliver.ts";
import { sweepDeliveries } from "#shared/workflows/sweep-deliveries.ts";
import { answered, type Bridge, openBridge } from "#tests/support/bridge.ts";

const onlyDispatch = ["workflow-dispatch"];
const workflowOf = ({ url }: { url: string }) => url.split("/").at(-1);

/** Deliveries of one goal's events, in version order: created, then `updates` changes. */
async function openWithGoal(updates: number): Promise<{ bridge: Bridge; ids: string[] }> {
  const bridge = await openBridge();
  await bridge.map("goal.created", { workflowId: "v1" });
  await bridge.map("goal.updated", { workflowId: "later" });
  await bridge.insertGoal();
  for (let i = 0; i < updates; i++) await bridge.pool.query("update user_goals set progress_percent = $1", [i + 1]);
  await bridge.drain(onlyDispatch);
  const { rows } = await bridge.pool.query("select execution_id as id from deliveries order by order_version");
  return { bridge, ids: rows.map((row) => row.id) };
}

describe("order per subject", () => {
  it("holds through retries: the next is sent when the one before is accepted", async () => {
    const { bridge, ids } = await openWithGoal(2);
    bridge.answer = (request) => answered(workflowOf(request) === "v1" && bridge.sent.length < 3 ? 500 : 202);
    for (let i = 0; i < 3; i++) {
      await bridge.drain();
      await bridge.pass(3);
    }
    expect(bridge.sent.map(({ headers }) => headers["webhook-id"])).toEqual([ids[0], ids[0], ids[0], ids[1], ids[2]]);
  });

  it("is handed on by a dead one", async () => {
    const { bridge, ids } = await openWithGoal(1);
    bridge.answer = (request) => answered(workflowOf(request) === "v1" ? 400 : 202);
    await bridge.drain();
    expect(bridge.sent.map(({ headers }) => headers["webhook-id"])).toEqual([ids[0], ids[1]]);
  });

  it("is handed on by a cancelled one, without the sweep", async () => {
    const { bridge, ids } = await openWithGoal(1);
    bridge.answer = () => answered(500);
    await bridge.drain();
    expect(await bridge.delivery(ids[1] ?? "")).toMatchObject({ isParked: true });
    bridge.answer = () => answered(202);
    await cancelExecution(bridge.ctx, "acme", ids[0] ?? "");
    await bridge.drain();
    expect(await bridge.execution(ids[1] ?? "")).toMatchObject({ status: "dispatched" });
  });

  it("is handed on by one whose run completed while its retry waited", async () => {
    const { bridge, ids } = await openWithGoal(1);
    const [first = "", second = ""] = ids;
    bridge.answer = () => ({ kind: "failed", reason: "ECONNRESET" });
    await bridge.drain();
    bridge.answer = () => answered(202);
    const grant = { tenantId: "acme", executionId: first, attempt: 1, instanceId: "main", workflowId: "v1", hop: 1 };
    const input = { attempt: 1, status: "succeeded", result: {} } as const;
    await completeExecution(bridge.ctx, { ...grant, scopes: [] }, first, input);
    await bridge.drain();
    expect(await bridge.execution(second)).toMatchObject({ status: "dispatched" });
    expect(bridge.sent).toHaveLength(2);
  });
});

describe("after a crash", () => {
  async function openWithDeadSender() {
    const bridge = await openBridge();
    await bridge.map("service.activate");
    const id = await bridge.submit("service.activate", { service: "mail" });
    const hangs = Promise.withResolvers<ReturnType<typeof answered>>();
    bridge.answer = () => hangs.promise;
    await bridge.drain(onlyDispatch);
    const late = deliver(bridge.ctx, { deliveryId: id, fence: 0, isRedelivery: false });
    await expect.poll(() => bridge.sent.length).toBe(1);
    bridge.answer = () => answered(202);
    return { bridge, id, late, hangs };
  }

  it("a redelivered message takes over, and the late sender's outcome changes nothing", async () => {
    const { bridge, id, late, hangs } = await openWithDeadSender();
    await deliver(bridge.ctx, { deliveryId: id, fence: 0, isRedelivery: true });
    expect(await bridge.delivery(id)).toMatchObject({ status: "delivered", attempts: 2 });
    hangs.resolve(answered(400));
    await late;
    expect(await bridge.delivery(id)).toMatchObject({ status: "delivered" });
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
    expect(bridge.log.map(({ message }) => message)).toContain("another sender has taken the delivery over");
  });

  it("a second copy of the message takes nothing over from a living sender", async () => {
    const { bridge, id, late, hangs } = await openWithDeadSender();
    expect(await deliver(bridge.ctx, { deliveryId: id, fence: 0, isRedelivery: false })).toBeUndefined();
    expect(bridge.sent).toHaveLength(1);
    hangs.resolve(answered(202));
    await late;
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
  });

  it("the sweep requeues what was being sent once its lease is over", async () => {
    const { bridge, id, late, hangs } = await openWithDeadSender();
    await bridge.pool.query("delete from outbox");
    await sweepDeliveries(bridge.ctx.db);
    expect(await bridge.delivery(id)).toMatchObject({ status: "sending" });
    await bridge.pass(36);
    await sweepDeliveries(bridge.ctx.db);
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
    hangs.resolve(answered(500));
    await late;
    expect(await bridge.delivery(id)).toMatchObject({ status: "delivered" });
  });

  it("is given up when it has killed its sender at every attempt", async () => {
    const { bridge, id, late, hangs } = await openWithDeadSender();
    await bridge.pool.query("update deliveries set max_attempts = 1");
    await buryLapsed(bridge.ctx);
    expect(await bridge.delivery(id)).toMatchObject({ status: "sending" });
    await bridge.pass(36);
    await buryLapsed(bridge.ctx);
    await buryLapsed(bridge.ctx);
    expect(await bridge.delivery(id)).toMatchObject({
      status: "dead",
      lastError: "its sender was lost at every attempt",
    });
    expect(await bridge.execution(id)).toMatchObject({ status: "failed", errorCode: "delivery_failed" });
    const letters = await bridge.pool.query("select reason, attempts from dead_letters");
    expect(letters.rows).toEqual([{ reason: "delivery_failed", attempts: 1 }]);
    hangs.resolve(answered(202));
    await late;
    expect(await bridge.delivery(id)).toMatchObject({ status: "dead" });
  });

  it("the sweep does not requeue what was cancelled meanwhile", async () => {
    const { bridge, id, late, hangs } = await openWithDeadSender();
    await cancelExecution(bridge.ctx, "acme", id);
    await bridge.pass(36);
    await sweepDeliveries(bridge.ctx.db);
    await bridge.drain();
    expect(bridge.sent).toHaveLength(1);
    expect(await bridge.delivery(id)).toMatchObject({ status: "cancelled" });
    hangs.resolve(answered(202));
    await late;
  });

  it("the sweep finds deliveries whose message was lost", async () => {
    const bridge = await openBridge();
    await bridge.map("service.activate");
    const id = await bridge.submit("service.activate", { service: "mail" });
    await bridge.drain(onlyDispatch);
    await bridge.pool.query("delete from outbox");
    await sweepDeliveries(bridge.ctx.db);
    expect(await bridge.drain()).toBe(0);
    await bridge.pass(301);
    await sweepDeliveries(bridge.ctx.db);
    await bridge.drain();
    expect(await bridge.execution(id)).toMatchObject({ status: "dispatched" });
  });
});

describe("the slots of an instance", () => {
  it("bound the requests in flight, however many come at once, and none is left behind", async () => {
    const bridge = await openBridge({ concurrency: 5 });
    await bridge.map("service.activate");
    for (let i = 0; i < 30; i++) await bridge.submit("service.activate", { service: `s${i}` });
    await bridge.drain(onlyDispatch);
    let inFlight = 0;
    let most = 0;
    bridge.answer = async () => {
      most = Math.max(most, ++inFlight);
      await bridge.pool.query("select pg_sleep(0.005)");
      inFlight -= 1;
      return answered(202);
    };
    const drains = () => Promise.all(Array.from({ length: 30 }, () => drainConcurrently(bridge)));
    await drains();
    while ((await drains()).some((count) => count > 0));
    expect(most).toBe(5);
    expect(bridge.sent).toHaveLength(30);
    expect(new Set((await bridge.executions()).map(({ status }) => status))).toEqual(new Set(["dispatched"]));
  });

  it("go to the tenant with the least in flight: one with a backlog does not stand before another's first", async () => {
    const bridge = await openBridge({ concurrency: 2 });
    await bridge.map("service.activate");
    for (let i = 0; i < 200; i++) await bridge.submit("service.activate", { service: `s${i}` }, "acme");
    const late = await bridge.submit("service.activate", { service: "one" }, "globex");
    const answers: ((status: number) => void)[] = [];
    bridge.answer = () => new Promise((resolve) => answers.push((status) => resolve(answered(status))));
    await bridge.drain(onlyDispatch);
    const { rows } = await bridge.pool.query(
      `delete from outbox returning body->>'deliveryId' as "deliveryId", tenant_id`,
    );
    const [first, second, ...rest] = rows.sort((a, b) => (a.tenant_id < b.tenant_id ? -1 : 1));
    const inFlight = [first, second].map((row) => deliver(bridge.ctx, { ...row, fence: 0, isRedelivery: false }));
    await expect.poll(() => answers.length).toBe(2);
    for (const row of rest) await deliver(bridge.ctx, { ...row, fence: 0, isRedelivery: false });
    expect(bridge.sent).toHaveLength(2);
    answers[0]?.(202);
    await inFlight[0];
    const { rows: woken } = await bridge.pool.query("select tenant_id, body->>'deliveryId' as id from outbox");
    expect(woken).toEqual([{ tenant_id: "globex", id: late }]);
    answers[1]?.(202);
    await inFlight[1];
  });

  it("that were handed to a delivery cancelled since are handed on", async () => {
    const bridge = await openBridge({ concurrency: 1 });
    await bridge.map("service.activate");
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await bridge.submit("service.activate", { service: `s${i}` }));
    const [first = "", second = "", third = ""] = ids;
    const answer = Promise.withResolvers<ReturnType<typeof answered>>();
    bridge.answer = () => answer.promise;
    await bridge.drain(onlyDispatch);
    await bridge.pool.query("delete from outbox");
    const sending = deliver(bridge.ctx, { deliveryId: first, fence: 0, isRedelivery: false });
    await expect.poll(() => bridge.sent.length).toBe(1);
    for (const deliveryId of [second, third]) await deliver(bridge.ctx, { deliveryId, fence: 0, isRedelivery: false });
    answer.resolve(answered(202));
    await sending; // wakes the second
    await bridge.pool.query("update workflow_executions set status = 'cancelled' where id = $1", [second]);
    await bridge.pool.query("update deliveries set status = 'cancelled' where execution_id = $1", [second]);
    await bridge.drain();
    expect(await bridge.execution(third)).toMatchObject({ status: "dispatched" });
  });
});

/** One worker of many: takes a message for itself and handles it. */
async function drainConcurrently({ ctx, pool }: Bridge): Promise<number> {
  for (let handled = 0; ; handled++) {
    const { rows } = await pool.query(`delete from outbox where id = (select id from outbox
      where available_at <= now() order by available_at limit 1 for update skip locked) returning body`);
    if (rows.length === 0) return handled;
    await deliver(ctx, { ...rows[0].body, isRedelivery: false });
  }
}
