import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Kept } from "#tests/support/qstash-double.ts";
import { SIGNING_KEYS, startOverQstash, type WorkersOverQstash } from "./start-over-qstash.ts";
import { eventually, PUBLIC_URL } from "./start-workers.ts";

const SIGNING_SECRET = `whsec_${btoa("an ascii signing secret of tests")}`;
const TICKETS = `${PUBLIC_URL}/tickets`;

interface Arrival {
  headers: Record<string, string>;
  text: string;
  executionId: string;
}

let rainwire: WorkersOverQstash;
let receiver: Server;
const arrivals: Arrival[] = [];
let answerWith: (tries: number) => number = () => 202;
/** How many of the next answers to QStash are lost on their way back. */
let lostAnswers = 0;

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { executionid: executionId } = JSON.parse(text) as { executionid: string }; // safe: our own envelope
    arrivals.push({ headers: request.headers as Record<string, string>, text, executionId }); // safe: none is repeated
    response.writeHead(answerWith(ofExecution(executionId).length)).end();
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => receiver.once("listening", listening));
  const { port } = receiver.address() as AddressInfo; // safe: listening on TCP
  rainwire = await startOverQstash(
    {
      rootDir: resolve(import.meta.dirname, "../.."),
      environment: {
        N8N_URL: `http://127.0.0.1:${port}`,
        N8N_WEBHOOK_KEY: "a webhook key of the tests",
        N8N_SIGNING_SECRET: SIGNING_SECRET,
      },
    },
    () => lostAnswers-- > 0,
  );
  rainwire.qstash.follow();
}, 120_000);
afterAll(async () => {
  await rainwire?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});
beforeEach(() => {
  arrivals.length = 0;
  lostAnswers = 0;
  answerWith = () => 202;
});
afterEach(() => {
  rainwire.qstash.signingKey = SIGNING_KEYS.current;
});

const ofExecution = (id: string) => arrivals.filter(({ executionId }) => executionId === id);
const rowsOf = async (statement: string, ...values: unknown[]) => (await rainwire.pool.query(statement, values)).rows;
const keptOf = (id: string) => rainwire.qstash.kept.filter(({ body }) => body.includes(id));

async function submit(title: string): Promise<string> {
  const accepted = await rainwire.fetch("/v2/unified", {
    method: "POST",
    headers: { authorization: `Bearer ${rainwire.account.apiKey}` },
    body: JSON.stringify({ action: "goal.create", data: { title } }),
  });
  expect(accepted.status).toBe(202);
  return ((await accepted.json()) as { executionId: string }).executionId; // safe: the API's answer
}

const emptied = () =>
  eventually(async () => ((await rowsOf("select 1 from outbox")).length === 0 ? true : undefined), 30_000);

async function attemptsOf(executionId: string): Promise<(number | null)[]> {
  const rows = await rowsOf(
    `select a.http_status from delivery_attempts a join deliveries d on d.id = a.delivery_id
     where d.execution_id = $1 order by a.started_at`,
    executionId,
  );
  return rows.map((row) => row.http_status);
}

const statusOf = async (executionId: string) =>
  (await rowsOf("select status from workflow_executions where id = $1", executionId))[0]?.status;

describe("an action over QStash", () => {
  it("reaches its workflow, signed, and its attempt is recorded", async () => {
    const executionId = await submit("Run 10 km");
    await eventually(async () => ((await statusOf(executionId)) === "dispatched" ? true : undefined));
    await emptied();
    const [arrival, ...more] = ofExecution(executionId);
    expect(more).toEqual([]);
    new Webhook(SIGNING_SECRET).verify(arrival?.text ?? "", arrival?.headers ?? {});
    expect(await attemptsOf(executionId)).toEqual([202]);
  });

  it("reaches it once, although QStash hears no answer and delivers again", async () => {
    lostAnswers = 4;
    const executionId = await submit("Swim");
    await eventually(async () => ((await statusOf(executionId)) === "dispatched" ? true : undefined));
    await eventually(async () => (rainwire.qstash.kept.every(({ state }) => state === "delivered") ? true : undefined));
    expect(rainwire.qstash.kept.some(({ attempts }) => attempts > 1)).toBe(true);
    await emptied();
    expect(ofExecution(executionId)).toHaveLength(1);
    expect(await attemptsOf(executionId)).toEqual([202]);
  });

  it("is delivered again after a failure, at the time of the delivery's own schedule, freshly signed", async () => {
    answerWith = (tries) => (tries === 1 ? 503 : 202);
    const executionId = await submit("Cycle");
    await eventually(async () => ((await statusOf(executionId)) === "dispatched" ? true : undefined), 30_000);
    expect(await attemptsOf(executionId)).toEqual([503, 202]);
    const [first, second] = ofExecution(executionId);
    expect(first?.headers["webhook-id"]).toBe(executionId);
    expect(second?.headers["webhook-id"]).toBe(executionId);
    new Webhook(SIGNING_SECRET).verify(second?.text ?? "", second?.headers ?? {});
    expect(rainwire.qstash.published.some((headers) => headers["upstash-delay"] !== undefined)).toBe(true);
  });

  it("becomes a dead letter when its workflow refuses it", async () => {
    answerWith = () => 400;
    const executionId = await submit("Row");
    const [letter] = await eventually(async () => {
      const rows = await rowsOf(
        "select l.reason, l.attempts from dead_letters l join deliveries d on d.id = l.delivery_id where d.execution_id = $1",
        executionId,
      );
      return rows.length > 0 ? rows : undefined;
    });
    expect(letter).toEqual({ reason: "delivery_failed", attempts: 1 });
    expect(await attemptsOf(executionId)).toEqual([400]);
  });
});

describe("a ticket", () => {
  /** A row that its observer gives up at once, which shows that it was handled. */
  async function enqueue(): Promise<string> {
    const [row] = await rowsOf("insert into outbox (queue, body) values ('webhook-deliveries', '{}') returning id");
    await rainwire.tick("relay");
    return row.id;
  }
  const letters = async () =>
    await rowsOf("select reason, attempts from dead_letters where queue = 'webhook-deliveries' and body = '{}'");

  async function post(url: string, kept: Kept, change: Partial<RequestInit> = {}): Promise<Response> {
    const delivery = { ...(await rainwire.qstash.deliveryOf({ ...kept, url })), ...change };
    const { method = "POST", headers, body } = delivery;
    return await rainwire.fetch(url.slice(PUBLIC_URL.length), {
      method,
      headers: headers as Record<string, string>, // safe: the double's own
      ...(method === "POST" && { body: String(body) }),
    });
  }

  it("carries the row's id and nothing else, with what QStash is to do", async () => {
    const id = await enqueue();
    await emptied();
    const [kept] = keptOf(id);
    expect(kept).toMatchObject({ url: `${TICKETS}/webhook-deliveries`, body: `{"outboxId":"${id}"}`, attempts: 1 });
    const headers = rainwire.qstash.published.find((each) => each["upstash-deduplication-id"]?.startsWith(id));
    expect(headers).toMatchObject({
      "upstash-failure-callback": `${TICKETS}/webhook-deliveries/lost`,
      "upstash-flow-control-key": "rainwire.webhook-deliveries",
      "upstash-flow-control-value": "parallelism=24",
    });
    expect(headers).not.toHaveProperty("upstash-retries"); // its plan's most
  });

  it("is believed under the current and the next key, over this body at this address, and not otherwise", async () => {
    const id = await enqueue();
    await emptied();
    const [kept] = keptOf(id);
    if (!kept) throw new Error("not published");
    const url = `${TICKETS}/webhook-deliveries`;
    const { headers } = await rainwire.qstash.deliveryOf(kept);
    const { "upstash-signature": _, ...unsigned } = headers;
    expect((await post(url, kept)).status).toBe(200);
    rainwire.qstash.signingKey = SIGNING_KEYS.next;
    expect((await post(url, kept)).status).toBe(200);
    rainwire.qstash.signingKey = "sig_a-third-key-of-nobody-at-all";
    expect((await post(url, kept)).status).toBe(401);
    expect((await post(url, kept, { headers: unsigned })).status).toBe(401);
    expect((await post(url, kept, { headers, body: `{"outboxId": "${id}"}` })).status).toBe(401);
    expect((await post(`${TICKETS}/workflow-dispatch`, kept, { headers })).status).toBe(401);
    expect((await post(url, kept, { method: "GET" })).status).toBe(404);
    expect((await post(`${TICKETS}/a/b`, kept)).status).toBe(404);
  });

  it("is refused for good where there is no such queue, or it is none", async () => {
    const id = await enqueue();
    await emptied();
    const [kept] = keptOf(id);
    if (!kept) throw new Error("not published");
    for (const refused of [
      await post(`${TICKETS}/no-such-queue`, kept),
      await post(`${TICKETS}/webhook-deliveries`, { ...kept, body: '{"outboxId":7}' }),
      await post(`${TICKETS}/webhook-deliveries/lost`, { ...kept, body: "{}" }),
    ]) {
      expect([refused.status, refused.headers.get("upstash-nonretryable-error")]).toEqual([489, "true"]);
    }
  });

  it("is followed by another when QStash gave it up, its attempt unspent; a second callback changes nothing", async () => {
    await rainwire.pool.query("delete from dead_letters");
    rainwire.qstash.signingKey = "sig_a-third-key-of-nobody-at-all";
    const id = await enqueue();
    await eventually(async () => (keptOf(id)[0]?.state === "dead" ? true : undefined));
    expect(await letters()).toEqual([]);
    rainwire.qstash.signingKey = SIGNING_KEYS.current;
    await emptied();
    expect(await letters()).toEqual([{ reason: "malformed_message", attempts: 1 }]);
    expect(keptOf(id).map(({ state }) => state)).toEqual(["dead", "delivered"]);

    const callback = rainwire.qstash.kept.find(({ body }) => body.includes(keptOf(id)[0]?.messageId ?? "-"));
    if (!callback) throw new Error("no callback");
    expect((await post(`${TICKETS}/webhook-deliveries/lost`, callback)).status).toBe(200);
    await rainwire.tick("relay");
    expect(keptOf(id)).toHaveLength(2);
    expect(await letters()).toHaveLength(1);
  });

  it("is handed out within the observer's concurrency", async () => {
    await rainwire.pool.query(
      "insert into outbox (queue, body) select 'webhook-deliveries', '{}' from generate_series(1, 60)",
    );
    await rainwire.tick("relay");
    await emptied();
    expect(rainwire.qstash.mostAtOnce.get("rainwire.webhook-deliveries")).toBe(24);
  });
});
