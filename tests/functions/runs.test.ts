import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { PUBLIC_URL } from "#tests/support/accounts.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertExecution, insertGoal, insertNotification, runToken } from "#tests/support/domain.ts";

const SCOPES = [
  "run:goals.read",
  "run:milestones.write",
  "run:progress.write",
  "run:validation.write",
  "run:phase.write",
  "run:feedback.read",
  "run:interactions.write",
  "run:notifications.deliver",
];

const [api, hooks] = [createApi(), createHooks()];
let rainwire: TestInstance;
let tenant: TestTenant;
let goalId: string;
let milestoneId: string;
let executionId: string;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());
beforeEach(async () => {
  ({ goalId, milestoneId } = await insertGoal(rainwire, tenant));
  executionId = await insertExecution(rainwire, tenant);
});

async function ask(method: string, path: string, body?: unknown, attempt = 1) {
  const token = await runToken(rainwire, tenant, executionId, SCOPES, attempt);
  const response = await rainwire.fetch(hooks, path, asking(token, method, body));
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
  return { status: response.status, body: (await response.json()) as any };
}

const redrive = () =>
  rainwire.pool.query("update workflow_executions set attempt = attempt + 1 where id = $1", [executionId]);

describe("a run", () => {
  it("is told to run and where its execution is, once; every other run is told to stop", async () => {
    await rainwire.pool.query("update workflow_executions set status = 'dispatched' where id = $1", [executionId]);
    const token = await runToken(rainwire, tenant, executionId, ["run:claim"]);
    const claim = async (n8nExecutionId: string, attempt = 1) => {
      const input = { attempt, n8nExecutionId, n8nWorkflowId: "w" };
      const path = `/v1/executions/${executionId}/claim`;
      return (await rainwire.fetch(hooks, path, asking(token, "POST", input))).json();
    };
    const run = {
      outcome: "run",
      input: {},
      trigger: "goal.create",
      executionUrl: `${PUBLIC_URL}/v1/executions/${executionId}`,
    };
    expect(await claim("7")).toEqual(run);
    expect(await claim("7")).toEqual(run);
    expect(await claim("8")).toEqual({ outcome: "already_running", n8nExecutionId: "7" });
    expect(await claim("8", 2)).toEqual({ outcome: "superseded" });
  });

  it("reads a goal with its milestones and progress, and a user's goals", async () => {
    const { body } = await ask("GET", `/v1/goals/${goalId}`);
    expect(body).toMatchObject({
      id: goalId,
      milestones: [{ id: milestoneId }],
      progress: { percent: 0, nextMilestone: { id: milestoneId } },
    });
    const list = await ask("GET", `/v1/users/${tenant.userId}/goals`);
    expect(list.body.items.map(({ id }: { id: string }) => id)).toContain(goalId);
    expect((await ask("GET", "/v1/users/nobody/goals")).body.items).toEqual([]);
  });

  it("plans milestones once per execution, whichever attempt repeats it", async () => {
    const plan = (title: string) => ({
      milestones: [
        { key: "a", title, position: 2 },
        { key: "b", title: "Finish", position: 3, dueDate: "2027-01-15" },
      ],
    });
    const first = await ask("POST", `/v1/goals/${goalId}/milestones`, plan("Begin"));
    expect(first.body.items).toMatchObject([
      { key: "a", title: "Begin", position: 2, status: "pending" },
      { key: "b", dueDate: "2027-01-15" },
    ]);
    expect(await ask("POST", `/v1/goals/${goalId}/milestones`, plan("Begin"))).toEqual(first);
    await redrive();
    expect(await ask("POST", `/v1/goals/${goalId}/milestones`, plan("Otherwise"), 2)).toEqual(first);
    const { rows } = await rainwire.pool.query("select count(*) from milestones where goal_id = $1", [goalId]);
    expect(rows).toEqual([{ count: 3 }]);

    const { rows: events } = await rainwire.pool.query(
      "select actor, execution_id, hop from events where subject = $1",
      [`milestones/${first.body.items[0].id}`],
    );
    expect(events).toEqual([{ actor: `execution:${executionId}`, execution_id: executionId, hop: 1 }]);
  });

  it("reports the tokens of its models with its result, and a malformed report is refused with the field's name", async () => {
    await rainwire.pool.query("update workflow_executions set status = 'running' where id = $1", [executionId]);
    const token = await runToken(rainwire, tenant, executionId, ["run:complete"]);
    const report = async (usage: unknown) => {
      const input = { attempt: 1, status: "succeeded", result: {}, usage };
      return await rainwire.fetch(hooks, `/v1/executions/${executionId}/result`, asking(token, "POST", input));
    };
    const used = { provider: "openai", model: "gpt-5-mini", inputTokens: 1200, outputTokens: 90 };
    const refused = await report([{ ...used, inputTokens: -1 }]);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("/usage/0/inputTokens")]);
    expect((await report([used])).status).toBe(200);
    const { rows } = await rainwire.pool.query(
      "select provider, model, input_tokens, output_tokens from llm_usage where execution_id = $1",
      [executionId],
    );
    expect(rows).toEqual([{ provider: "openai", model: "gpt-5-mini", input_tokens: 1200, output_tokens: 90 }]);
  });

  it("takes at most fifty milestones", async () => {
    const milestones = Array.from({ length: 51 }, (_, i) => ({ key: `${i}`, title: "Step", position: i + 1 }));
    expect((await ask("POST", `/v1/goals/${goalId}/milestones`, { milestones })).status).toBe(422);
  });

  it("writes status, progress, phase and validation", async () => {
    const milestone = `/v1/goals/${goalId}/milestones/${milestoneId}`;
    expect((await ask("PATCH", milestone, { status: "done" })).body).toMatchObject({ status: "done" });
    const validation = { isValid: false, findings: [{ code: "not_measurable", message: "Say how much." }] };
    await ask("PUT", `/v1/goals/${goalId}/progress`, { progressPercent: 40 });
    await ask("PUT", `/v1/goals/${goalId}/phase`, { phase: "acting" });
    const { body } = await ask("PUT", `/v1/goals/${goalId}/validation`, validation);
    expect(body).toMatchObject({ progressPercent: 40, phase: "acting", validation });
    expect((await ask("PUT", `/v1/goals/${goalId}/progress`, { progressPercent: 101 })).status).toBe(422);
  });

  it("reads feedback with its average rating", async () => {
    for (const rating of [5, 4, 4, undefined]) {
      const said = asking(tenant.key, "POST", { kind: "feedback", content: "So so", goalId, rating });
      expect((await rainwire.fetch(api, "/v1/interactions", said)).status).toBe(201);
    }
    const { body } = await ask("GET", `/v1/goals/${goalId}/feedback`);
    expect(body).toMatchObject({ count: 4, ratedCount: 3, averageRating: 4.33 });
    expect(body.items).toHaveLength(4);
  });

  it("answers a user once per execution", async () => {
    const said = { key: "reply", userId: tenant.userId, goalId, kind: "chat", content: "Well done" };
    const first = await ask("POST", "/v1/interactions", said);
    expect(first).toMatchObject({ status: 200, body: { author: "assistant", userId: tenant.userId } });
    expect((await ask("POST", "/v1/interactions", { ...said, content: "Again" })).body).toEqual(first.body);
  });

  const writes = (): [string, string, unknown][] => [
    ["POST", `/v1/goals/${goalId}/milestones`, { milestones: [{ key: "x", title: "Late", position: 9 }] }],
    ["PATCH", `/v1/goals/${goalId}/milestones/${milestoneId}`, { status: "skipped" }],
    ["PUT", `/v1/goals/${goalId}/progress`, { progressPercent: 77 }],
    ["POST", "/v1/interactions", { key: "x", userId: "u", kind: "chat", content: "Late" }],
  ];

  it("writes nothing as an attempt that is no longer current", async () => {
    await redrive();
    for (const [method, path, body] of writes()) {
      expect(await ask(method, path, body)).toMatchObject({ status: 409, body: { code: "attempt_superseded" } });
      expect((await ask(method, path, body, 2)).status).toBe(200);
    }
  });

  it("writes nothing once its execution has ended", async () => {
    await rainwire.pool.query("update workflow_executions set status = 'cancelled' where id = $1", [executionId]);
    for (const [method, path, body] of writes()) {
      expect(await ask(method, path, body)).toMatchObject({ status: 409, body: { code: "execution_settled" } });
    }
    const { rows } = await rainwire.pool.query("select progress_percent from user_goals where id = $1", [goalId]);
    expect(rows).toEqual([{ progress_percent: 0 }]);
  });
});

describe("a notification", () => {
  const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"; // of the Standard Webhooks specification
  let receiver: Server;
  let received: { headers: IncomingMessage["headers"]; body: string }[];
  let answer: number;
  beforeEach(async () => {
    [received, answer] = [[], 204];
    receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      received.push({ headers: request.headers, body });
      response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => receiver.close(resolve));
    await rainwire.fetch(api, "/v1/notification-channels/webhook", asking(tenant.key, "DELETE"));
  });

  const setChannel = async (channel: object) => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
    const put = asking(tenant.key, "PUT", { url, ...channel });
    const response = await rainwire.fetch(api, "/v1/notification-channels/webhook", put);
    return { status: response.status, text: await response.text() };
  };
  const eventsOf = async (id: string) =>
    (await rainwire.pool.query("select name, data from events where subject = $1", [`notifications/${id}`])).rows;

  it("is delivered in the app where no other channel is set", async () => {
    const id = await insertNotification(rainwire, tenant);
    const { body } = await ask("POST", `/v1/notifications/${id}/deliver`);
    expect(body).toMatchObject({ status: "delivered", channels: [{ channel: "in_app", status: "delivered" }] });
    expect(await eventsOf(id)).toEqual([
      { name: "notification.delivered", data: { notificationId: id, userId: tenant.userId, channels: ["in_app"] } },
    ]);
  });

  it("is posted signed and once, under its own id, to the webhook", async () => {
    const set = await setChannel({ signingSecret: SECRET });
    expect(set.status).toBe(200);
    expect(set.text).not.toContain(SECRET);
    expect(JSON.parse(set.text)).toMatchObject({ isActive: true, isSigned: true });
    const id = await insertNotification(rainwire, tenant);
    const first = await ask("POST", `/v1/notifications/${id}/deliver`);
    expect(first.body.channels).toEqual([
      { channel: "in_app", status: "delivered" },
      { channel: "webhook", status: "delivered" },
    ]);
    expect(await ask("POST", `/v1/notifications/${id}/deliver`)).toEqual(first);
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    expect(headers["idempotency-key"]).toBe(id);
    expect(headers["webhook-id"]).toBe(id);
    const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>); // safe: three single headers
    expect(verified).toMatchObject({ id, userId: tenant.userId, title: "Hello", body: "A word" });
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it("is tried again on the channel that failed, and there only", async () => {
    await setChannel({});
    answer = 503;
    const id = await insertNotification(rainwire, tenant);
    const failed = await ask("POST", `/v1/notifications/${id}/deliver`);
    expect(failed.body).toMatchObject({
      status: "delivered",
      channels: [
        { channel: "in_app", status: "delivered" },
        { channel: "webhook", status: "failed", detail: "The receiver answered 503." },
      ],
    });
    answer = 200;
    const { body } = await ask("POST", `/v1/notifications/${id}/deliver`);
    expect(body.channels[1]).toEqual({ channel: "webhook", status: "delivered" });
    expect(received.map(({ headers }) => headers["idempotency-key"])).toEqual([id, id]);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it("is not sent for a run that may no longer write, nor to a channel that is switched off", async () => {
    await setChannel({});
    const id = await insertNotification(rainwire, tenant);
    await redrive();
    const { status, body } = await ask("POST", `/v1/notifications/${id}/deliver`);
    expect([status, body.code]).toEqual([409, "attempt_superseded"]);
    await setChannel({ isActive: false });
    expect((await ask("POST", `/v1/notifications/${id}/deliver`, undefined, 2)).status).toBe(200);
    expect(received).toEqual([]);
  });
});
