import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHooks } from "#functions/hooks/app.ts";
import { qstashPublisher } from "#shared/adapters/qstash/publish.ts";
import { qstashVerifier } from "#shared/adapters/qstash/verify.ts";
import type { Publisher } from "#shared/webhooks/publisher.ts";
import { openTestInstance, type TestInstance } from "#tests/support/api.ts";
import { type Kept, type QstashDouble, qstashDouble } from "#tests/support/qstash-double.ts";

const CURRENT = "sig_the-current-key-of-the-tests";
const NEXT = "sig_the-next-key-of-the-tests";
const HOOKS = "http://rainwire.test/hooks";
const QUEUE_URL = `${HOOKS}/v1/qstash/webhook-deliveries`;

const hooks = createHooks();
let rainwire: TestInstance;
let qstash: QstashDouble;
let publisher: Publisher;
/** How many of the next answers are lost on their way back. */
let lostAnswers = 0;

beforeAll(async () => {
  rainwire = await openTestInstance({
    deliveryVerifier: qstashVerifier({ current: CURRENT, next: NEXT }),
    env: { WEBHOOK_DELIVERIES: { sendBatch: () => undefined }, PUBLIC_URL: "http://rainwire.test" },
  });
});
beforeEach(async () => {
  lostAnswers = 0;
  qstash = await qstashDouble({ token: "the token", signingKey: CURRENT, post });
  publisher = qstashPublisher({ token: "the token", baseUrl: qstash.baseUrl });
});
afterEach(async () => {
  await qstash.close();
  await rainwire.pool.query("delete from outbox");
});
afterAll(() => rainwire.close());

async function post(url: string, init: RequestInit): Promise<Response> {
  const response = await rainwire.fetch(hooks, url.slice(HOOKS.length), init);
  if (lostAnswers-- > 0) throw new Error("the connection broke");
  return response;
}

async function queued(): Promise<unknown[]> {
  const { rows } = await rainwire.pool.query("select queue, body from outbox order by id");
  return rows;
}

async function keptOf(body: unknown, url = QUEUE_URL): Promise<Kept> {
  await publisher.publish({ url, body });
  const message = qstash.kept.at(-1);
  if (!message) throw new Error("not kept");
  return message;
}

const BODY = { deliveryId: "0199c0de-0000-7000-8000-000000000001", fence: 1 };
const ROW = { queue: "webhook-deliveries", body: BODY };

describe("publishing", () => {
  it("says what QStash is to do", async () => {
    const published = await publisher.publish({
      url: QUEUE_URL,
      body: BODY,
      headers: { "x-own": "1" },
      delayMs: 90_000,
      retries: 5,
      timeoutMs: 10_000,
      deduplicationId: "once",
      callbackUrl: `${HOOKS}/v1/qstash/answers`,
      failureCallbackUrl: `${HOOKS}/v1/qstash/failures`,
      flow: { key: "n8n", parallelism: 4, ratePerSecond: 10 },
    });
    expect(published).toEqual({ kind: "accepted", messageId: qstash.kept[0]?.messageId, isDuplicate: false });
    expect(qstash.published[0]).toMatchObject({
      "content-type": "application/json",
      "upstash-method": "POST",
      "upstash-delay": "90s",
      "upstash-retries": "5",
      "upstash-timeout": "10s",
      "upstash-deduplication-id": "once",
      "upstash-callback": `${HOOKS}/v1/qstash/answers`,
      "upstash-failure-callback": `${HOOKS}/v1/qstash/failures`,
      "upstash-flow-control-key": "n8n",
      "upstash-flow-control-value": "parallelism=4, rate=10",
      "upstash-forward-x-own": "1",
    });
    expect(qstash.kept[0]).toMatchObject({ url: QUEUE_URL, body: JSON.stringify(BODY), headers: { "x-own": "1" } });
  });

  it("publishes many in one request, each with its own options", async () => {
    const all = [
      { url: QUEUE_URL, body: 1, deduplicationId: "a", delayMs: 1_500 },
      { url: `${HOOKS}/v1/qstash/other`, body: { n: 2 }, flow: { key: "k", parallelism: 2 } },
      { url: QUEUE_URL, body: 1, deduplicationId: "a" },
    ];
    const published = await publisher.publishAll(all);
    const [first, second] = qstash.kept;
    expect(published).toEqual([
      { kind: "accepted", messageId: first?.messageId, isDuplicate: false },
      { kind: "accepted", messageId: second?.messageId, isDuplicate: false },
      { kind: "accepted", messageId: first?.messageId, isDuplicate: true },
    ]);
    expect(first).toMatchObject({ url: QUEUE_URL, body: "1", dueAtS: 2 });
    expect(second).toMatchObject({ body: '{"n":2}', flow: { key: "k", parallelism: 2 } });
    expect(await publisher.publishAll([])).toEqual([]);
    const nobody = qstashPublisher({ token: "the token", baseUrl: "http://127.0.0.1:9" });
    expect(await nobody.publishAll(all)).toMatchObject([{}, {}, {}].map(() => ({ kind: "unavailable" })));
  });

  it("tells a refusal from an outage", async () => {
    const stranger = qstashPublisher({ token: "another", baseUrl: qstash.baseUrl });
    expect(await stranger.publish({ url: QUEUE_URL, body: BODY })).toMatchObject({ kind: "refused", status: 401 });
    const nobody = qstashPublisher({ token: "the token", baseUrl: "http://127.0.0.1:9" });
    expect(await nobody.publish({ url: QUEUE_URL, body: BODY })).toMatchObject({ kind: "unavailable" });
    await expect(publisher.publish({ url: QUEUE_URL, body: BODY, flow: { key: "k" } })).rejects.toThrow(RangeError);
  });
});

describe("a delivery", () => {
  it("reaches its queue when its delay is over, and once for one deduplication id", async () => {
    await publisher.publish({ url: QUEUE_URL, body: BODY, delayMs: 90_000, deduplicationId: "a" });
    const again = await publisher.publish({ url: QUEUE_URL, body: BODY, delayMs: 90_000, deduplicationId: "a" });
    expect(again).toMatchObject({ kind: "accepted", isDuplicate: true });
    await qstash.run(89);
    expect(await queued()).toEqual([]);
    await qstash.run(90);
    expect(await queued()).toEqual([ROW]);
  });

  it("has one effect when its answers are lost, also after it was handled", async () => {
    const message = await keptOf(BODY);
    lostAnswers = 2;
    await qstash.run(0);
    expect(await queued()).toEqual([ROW]);
    await rainwire.pool.query("delete from outbox");
    await qstash.run(1_000);
    expect(message).toMatchObject({ state: "delivered", attempts: 3 });
    expect(await queued()).toEqual([]);
  });

  it("is believed under the next key, and under no third", async () => {
    const message = await keptOf(BODY);
    qstash.signingKey = "sig_a-third-key-of-nobody-at-all";
    expect((await post(QUEUE_URL, await qstash.deliveryOf(message))).status).toBe(401);
    expect(await queued()).toEqual([]);
    qstash.signingKey = NEXT;
    const taken = await post(QUEUE_URL, await qstash.deliveryOf(message));
    expect([taken.status, await taken.json()]).toEqual([200, { isRepeated: false }]);
    expect(await queued()).toEqual([ROW]);
  });

  it("is refused with another body, at another address, or unsigned", async () => {
    const message = await keptOf(BODY);
    const delivery = await qstash.deliveryOf(message);
    const { "upstash-signature": _, ...unsigned } = delivery.headers;
    const elsewhere = await qstash.deliveryOf({ ...message, url: `${HOOKS}/v1/qstash/workflow-dispatch` });
    for (const forged of [
      { ...delivery, body: JSON.stringify({ ...BODY, fence: 2 }) },
      { ...delivery, body: JSON.stringify(BODY, null, 1) },
      { ...delivery, headers: unsigned },
      { ...delivery, headers: { ...delivery.headers, "upstash-signature": "e30.e30." } },
      elsewhere,
    ]) {
      const response = await post(QUEUE_URL, forged);
      expect([response.status, await response.json()]).toMatchObject([401, { code: "unauthenticated" }]);
    }
    expect(await queued()).toEqual([]);
  });

  it("is given up at once where no try can succeed, and its failure callback is told", async () => {
    const url = `${HOOKS}/v1/qstash/no-such-queue`;
    await publisher.publish({ url, body: BODY, failureCallbackUrl: QUEUE_URL });
    await qstash.run(0);
    const [message] = qstash.kept;
    expect(message).toMatchObject({ state: "dead", attempts: 1 });
    expect(await queued()).toEqual([
      {
        queue: "webhook-deliveries",
        body: {
          status: 489,
          sourceMessageId: message?.messageId,
          url,
          sourceBody: btoa(JSON.stringify(BODY)),
          retried: 0,
          maxRetries: 3,
        },
      },
    ]);
  });

  it("is given up at once when it is no JSON or another message under a known id", async () => {
    const message = await keptOf(BODY);
    await qstash.run(0);
    const broken = await post(QUEUE_URL, await qstash.deliveryOf({ ...message, messageId: "msg_2", body: "{" }));
    expect([broken.status, broken.headers.get("upstash-nonretryable-error")]).toEqual([489, "true"]);
    expect(await broken.json()).toMatchObject({ status: 489, code: "malformed_json" });
    const other = await post(QUEUE_URL, await qstash.deliveryOf({ ...message, body: "{}" }));
    expect([other.status, await other.json()]).toMatchObject([489, { code: "idempotency_key_reused" }]);
  });

  it("is tried again after a failure on our side", async () => {
    const message = await keptOf(BODY);
    await rainwire.pool.query("alter table outbox rename to outbox_away");
    await qstash.run(0);
    expect(message).toMatchObject({ state: "waiting", attempts: 1 });
    await rainwire.pool.query("alter table outbox_away rename to outbox");
    await qstash.run(60);
    expect(message).toMatchObject({ state: "delivered", attempts: 2 });
    expect(await queued()).toEqual([ROW]);
  });
});
