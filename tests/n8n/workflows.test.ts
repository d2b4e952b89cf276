import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rewriteHooksUrl } from "#hosts/n8n/rewrite-hooks-url.ts";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { eventually, startTestN8n, type TestN8n } from "#tests/support/n8n.ts";
import { type RecordingHooks, startRecordingHooks } from "./recording-hooks.ts";

const OTHER_SECRET = "whsec_bm90LXRoZS1zZWNyZXQtb2YtdGhpcy1pbnN0YW5jZQ==";
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const GOAL_ID = "01900000-0000-7000-8000-000000000001";
const [FIRST, SECOND] = ["01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"] as const;

const goal = {
  id: GOAL_ID,
  userId: "user_1",
  title: "Run a half marathon",
  description: "- Run 5 km\n- Run 10 km\n- Run 15 km\n",
  status: "active",
  phase: "exploring",
  progressPercent: 0,
  targetDate: "2099-12-31",
  validation: null,
  version: 1,
  createdAt: "2026-01-01T00:00:00.000000+00:00",
  updatedAt: "2026-01-01T00:00:00.000000+00:00",
  milestones: [] as object[],
};
const milestone = (id: string, position: number, title: string, status: string) => ({
  id,
  goalId: GOAL_ID,
  title,
  position,
  status,
  dueDate: null,
});
const underWay = {
  ...goal,
  phase: "planning",
  milestones: [milestone(FIRST, 1, "Run 5 km", "done"), milestone(SECOND, 2, "Run 10 km", "pending")],
};

let hooks: RecordingHooks;
let test: TestN8n;

beforeAll(async () => {
  hooks = await startRecordingHooks();
  test = await startTestN8n({
    workflows: { dir: join(import.meta.dirname, "../../workflows") },
    rewrite: rewriteHooksUrl(hooks.url),
  });
});
afterAll(async () => {
  await test?.close();
  await hooks?.close();
});

interface Delivery {
  executionId: string;
  token: string;
  status: number;
  /** n8n's answer. */
  body: { n8nExecutionId: string };
}

interface DeliveryOptions {
  executionId?: string;
  attempt?: number;
  headers?: Record<string, string>;
  secret?: string;
  sentAt?: Date;
}

async function deliver(workflow: string, trigger: string, options: DeliveryOptions = {}): Promise<Delivery> {
  const { executionId = randomUUID(), attempt = 1, sentAt = new Date() } = options;
  const token = `token-of-${executionId}`;
  const body = JSON.stringify({
    specversion: "1.0",
    id: randomUUID(),
    source: "http://127.0.0.1:8787",
    type: "action.requested",
    subject: `executions/${executionId}`,
    time: sentAt.toISOString(),
    datacontenttype: "application/json",
    data: { note: "Grüße, 你好" },
    tenantid: "tenant_1",
    subjectversion: 1,
    executionid: executionId,
    attempt,
    workflow,
    trigger,
    callbackurl: hooks.url,
  });
  const response = await fetch(`${test.n8n.baseUrl}/webhook/${workflow}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/cloudevents+json",
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      "x-rainwire-key": test.secrets.N8N_WEBHOOK_KEY,
      "x-rainwire-token": token,
      ...signWebhook(options.secret ?? test.secrets.N8N_SIGNING_SECRET, executionId, sentAt, body),
      ...options.headers,
    },
  });
  const text = await response.text();
  return { executionId, token, status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** Delivers an execution with this input, and waits for its outcome. */
async function run(workflow: string, trigger: string, input: object, attempt = 1) {
  const executionId = randomUUID();
  const claimPath = `POST /v1/executions/${executionId}/claim`;
  const resultPath = `POST /v1/executions/${executionId}/result`;
  hooks.answer(claimPath, { outcome: "run", input, trigger });
  hooks.answer(resultPath, { status: "succeeded", isFirst: true });
  const before = hooks.calls.length;
  const { status, body, token } = await deliver(workflow, trigger, { executionId, attempt });
  expect(status).toBe(202);
  const { n8nExecutionId } = body;
  await eventually(`${workflow} to report`, async () => hooks.callsTo(resultPath)[0]);
  await eventually("the run to end", async () =>
    (await test.n8n.api.getExecution(n8nExecutionId)).status === "success" ? true : undefined,
  );
  const calls = hooks.calls.slice(before);
  expect(new Set(calls.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
  expect(new Set(calls.map(({ traceparent }) => traceparent?.slice(3, 35)))).toEqual(new Set([TRACE_ID]));
  return {
    executionId,
    n8nExecutionId,
    claim: hooks.callsTo(claimPath)[0]?.body,
    outcome: hooks.callsTo(resultPath)[0]?.body,
    work: calls
      .filter(({ path }) => !path.startsWith("/v1/executions/"))
      .map(({ method, path, body }) => (body === undefined ? `${method} ${path}` : [`${method} ${path}`, body])),
  };
}

describe("a delivery", () => {
  it("is refused with 403 without the header's key, before an execution exists", async () => {
    const before = await test.n8n.api.listExecutions({ limit: 1 });
    const { status } = await deliver("planning-agent", "goal.create", { headers: { "x-rainwire-key": "" } });
    expect(status).toBe(403);
    const after = await test.n8n.api.listExecutions({ limit: 1 });
    expect(after.items[0]?.id).toBe(before.items[0]?.id);
  });

  it.each([
    ["another secret's signature", { secret: OTHER_SECRET }],
    ["no signature", { headers: { "webhook-signature": "" } }],
    ["a signature of six minutes ago", { sentAt: new Date(Date.now() - 360_000) }],
    ["another id than the signed one", { headers: { "webhook-id": "another" } }],
  ])("is refused with 401 with %s, and calls nobody back", async (_, options) => {
    const before = hooks.calls.length;
    const { status, body } = await deliver("planning-agent", "goal.create", options);
    expect(status).toBe(401);
    expect(body).toEqual({ error: "invalid_signature" });
    expect(hooks.calls.length).toBe(before);
  });

  it.each(["already_running", "done", "superseded"])("has no effect when its claim is answered %s", async (outcome) => {
    const executionId = randomUUID();
    hooks.answer(`POST /v1/executions/${executionId}/claim`, { outcome });
    const before = hooks.calls.length;
    const { body } = await deliver("planning-agent", "goal.create", { executionId });
    const { n8nExecutionId } = body;
    await eventually("the run to end", async () =>
      (await test.n8n.api.getExecution(n8nExecutionId)).status === "success" ? true : undefined,
    );
    expect(hooks.calls.slice(before).map(({ path }) => path)).toEqual([`/v1/executions/${executionId}/claim`]);
  });
});

describe("planning-agent", () => {
  it("claims, plans the steps of the description, and reports", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, goal);
    hooks.answer(`POST /v1/goals/${GOAL_ID}/milestones`, { items: [] });
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/phase`, goal);
    const input = { action: "goal.create", userId: "user_1", goalId: GOAL_ID, title: goal.title, context: {} };
    const { claim, work, outcome, n8nExecutionId } = await run("planning-agent", "goal.create", input, 2);
    expect(claim).toEqual({ attempt: 2, n8nExecutionId, n8nWorkflowId: expect.stringMatching(/^[A-Za-z0-9]{16}$/) });
    expect(work).toEqual([
      `GET /v1/goals/${GOAL_ID}`,
      [
        `POST /v1/goals/${GOAL_ID}/milestones`,
        {
          milestones: [
            { key: "step-1", title: "Run 5 km", position: 1, dueDate: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) },
            { key: "step-2", title: "Run 10 km", position: 2, dueDate: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) },
            { key: "step-3", title: "Run 15 km", position: 3, dueDate: "2099-12-31" },
          ],
        },
      ],
      [`PUT /v1/goals/${GOAL_ID}/phase`, { phase: "planning" }],
    ]);
    expect(outcome).toMatchObject({
      attempt: 2,
      status: "succeeded",
      result: { goalId: GOAL_ID, isNewPlan: true, phase: "planning" },
    });
  });

  it("keeps a plan that there is", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, underWay);
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/phase`, goal);
    const { work, outcome } = await run("planning-agent", "goal.update", { userId: "user_1", goalId: GOAL_ID });
    expect(work).toEqual([`GET /v1/goals/${GOAL_ID}`, [`PUT /v1/goals/${GOAL_ID}/phase`, { phase: "planning" }]]);
    expect(outcome).toMatchObject({ status: "succeeded", result: { isNewPlan: false } });
  });

  it("completes as failed, with the reason, when the goal is gone", async () => {
    const goalId = randomUUID();
    const { outcome } = await run("planning-agent", "goal.update", { userId: "user_1", goalId });
    expect(outcome).toEqual({
      attempt: 1,
      status: "failed",
      error: `Read Goal was refused (404): There is nothing at /v1/goals/${goalId}.`,
    });
  });
});

describe("execution-agent", () => {
  it("marks the milestone, writes the progress, records the note and suggests what is next", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, underWay);
    hooks.answer(`PATCH /v1/goals/${GOAL_ID}/milestones/${SECOND}`, {});
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/progress`, {});
    hooks.answer("POST /v1/interactions", {});
    const { work, outcome } = await run("execution-agent", "task.execute", {
      action: "task.execute",
      userId: "user_1",
      goalId: GOAL_ID,
      milestoneId: SECOND,
      status: "done",
      note: "In 61 minutes.",
      context: {},
    });
    expect(work).toEqual([
      `GET /v1/goals/${GOAL_ID}`,
      [`PATCH /v1/goals/${GOAL_ID}/milestones/${SECOND}`, { status: "done" }],
      [`PUT /v1/goals/${GOAL_ID}/progress`, { progressPercent: 100 }],
      [
        "POST /v1/interactions",
        {
          key: "note",
          userId: "user_1",
          goalId: GOAL_ID,
          kind: "review",
          content: "In 61 minutes.",
        },
      ],
    ]);
    expect(outcome).toMatchObject({
      status: "succeeded",
      result: { milestoneId: SECOND, status: "done", progressPercent: 100, nextStep: null },
    });
  });
});

describe("reflection-agent", () => {
  it("answers a changed milestone with progress, insights and a review", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, underWay);
    hooks.answer(`GET /v1/goals/${GOAL_ID}/feedback`, {
      items: [{ content: "Great plan, I am proud." }],
      averageRating: 4.5,
    });
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/progress`, {});
    hooks.answer("POST /v1/interactions", {});
    const changed = { ...underWay.milestones[0], version: 2, changed: ["status"] };
    const { work, outcome } = await run("reflection-agent", "milestone.updated", changed);
    expect(work).toEqual([
      `GET /v1/goals/${GOAL_ID}`,
      `GET /v1/goals/${GOAL_ID}/feedback`,
      [`PUT /v1/goals/${GOAL_ID}/progress`, { progressPercent: 50 }],
      [
        "POST /v1/interactions",
        {
          key: "review",
          userId: "user_1",
          goalId: GOAL_ID,
          kind: "review",
          content: expect.stringContaining("1 of 2 steps are done (50 %)."),
        },
      ],
    ]);
    expect(outcome).toMatchObject({ result: { progressPercent: 50, averageRating: 4.5, sentiment: "positive" } });
  });
});

describe("goal-checking-agent", () => {
  it("writes what it finds", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, { ...goal, title: "Run", description: "", targetDate: null });
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/validation`, {});
    const input = { action: "goal.validate", userId: "user_1", goalId: GOAL_ID, context: {} };
    const { work, outcome } = await run("goal-checking-agent", "goal.validate", input);
    const codes = ["title_too_short", "not_measurable", "target_date_missing", "milestones_missing"];
    const findings = codes.map((code) => ({ code, message: expect.any(String) }));
    expect(work).toEqual([
      `GET /v1/goals/${GOAL_ID}`,
      [`PUT /v1/goals/${GOAL_ID}/validation`, { isValid: false, findings }],
    ]);
    expect(outcome).toMatchObject({ status: "succeeded", result: { goalId: GOAL_ID, isValid: false, findings } });
  });
});

describe("integration-agent-v2", () => {
  it("records a service that was asked for, without its secrets", async () => {
    hooks.answer("POST /v1/interactions", {});
    const settings = { calendar: "work", apiKey: "k-123" };
    const input = { action: "service.activate", userId: "user_1", service: "calendar", settings, context: {} };
    const { work, outcome } = await run("integration-agent-v2", "service.activate", input);
    expect(work).toEqual([
      [
        "POST /v1/interactions",
        {
          key: "service",
          userId: "user_1",
          kind: "service",
          content: 'The service “calendar” was requested with {"calendar":"work","apiKey":"(hidden)"}.',
        },
      ],
    ]);
    expect(outcome).toMatchObject({ status: "succeeded", result: { service: "calendar", status: "requested" } });
  });

  it("records an action that has no workflow of its own", async () => {
    hooks.answer("POST /v1/interactions", {});
    const input = { action: "habit.track", userId: "user_1", goalId: GOAL_ID, context: {} };
    const { work, outcome } = await run("integration-agent-v2", "habit.track", input);
    expect(work).toMatchObject([
      ["POST /v1/interactions", { goalId: GOAL_ID, content: "The action “habit.track” was recorded." }],
    ]);
    expect(outcome).toMatchObject({ status: "succeeded", result: { action: "habit.track", status: "recorded" } });
  });
});

describe("journey-analyzer", () => {
  it("writes the phase and answers the user", async () => {
    hooks.answer(`GET /v1/goals/${GOAL_ID}`, underWay);
    hooks.answer(`PUT /v1/goals/${GOAL_ID}/phase`, {});
    hooks.answer("POST /v1/interactions", {});
    const interactionId = randomUUID();
    const { work, outcome } = await run("journey-analyzer", "chat.process", {
      action: "chat.process",
      userId: "user_1",
      goalId: GOAL_ID,
      message: "I started, and I am trying to continue today.",
      interactionId,
      context: {},
    });
    const reply = "You are on the way with “Run a half marathon”: 50 % is done. The next step is “Run 10 km”.";
    expect(work).toEqual([
      `GET /v1/goals/${GOAL_ID}`,
      [`PUT /v1/goals/${GOAL_ID}/phase`, { phase: "acting" }],
      [
        "POST /v1/interactions",
        {
          key: "reply",
          userId: "user_1",
          goalId: GOAL_ID,
          kind: "chat",
          content: reply,
          inReplyTo: interactionId,
        },
      ],
    ]);
    expect(outcome).toMatchObject({
      status: "succeeded",
      result: { reply, phase: "acting", previousPhase: "planning" },
    });
  });

  it("asks which goal is meant when the message names none", async () => {
    hooks.answer("GET /v1/users/user_1/goals", { items: [underWay] });
    hooks.answer("POST /v1/interactions", {});
    const input = { action: "chat.process", userId: "user_1", message: "Hello", interactionId: randomUUID() };
    const { work, outcome } = await run("journey-analyzer", "chat.process", input);
    expect(work).toMatchObject([
      "GET /v1/users/user_1/goals",
      ["POST /v1/interactions", { content: "You have 1 open: “Run a half marathon” (0 %). Which one is it about?" }],
    ]);
    expect(outcome).toMatchObject({ status: "succeeded", result: { goalId: null } });
  });
});

describe("notification-orchestrator", () => {
  const input = {
    action: "notification.send",
    userId: "user_1",
    notificationId: randomUUID(),
    title: "Hi",
    body: "You",
  };
  const path = `POST /v1/notifications/${input.notificationId}/deliver`;

  it("delivers, and reports the outcome of each channel", async () => {
    const channels = [
      { channel: "in_app", status: "delivered" },
      { channel: "webhook", status: "failed", detail: "The receiver answered 500." },
    ];
    hooks.answer(path, { id: input.notificationId, status: "delivered", channels });
    const { work, outcome } = await run("notification-orchestrator", "notification.send", input);
    expect(work).toEqual([path]);
    expect(outcome).toEqual({
      attempt: 1,
      status: "succeeded",
      result: { notificationId: input.notificationId, delivered: ["in_app"], channels },
    });
  });

  it("completes as failed when no channel was reached", async () => {
    hooks.answer(path, { status: "failed", channels: [{ channel: "webhook", status: "failed", detail: "gone" }] });
    const { outcome } = await run("notification-orchestrator", "notification.send", input);
    expect(outcome).toMatchObject({
      status: "failed",
      error: "The notification reached no channel (webhook: gone).",
      result: { delivered: [] },
    });
  });
});

describe("error-handler", () => {
  const reportOf = async (n8nExecutionId: string) => {
    const report = await eventually(
      "the report of the failure",
      async () =>
        hooks
          .callsTo("POST /v1/workflow-errors")
          .find(({ body }) => (body as { n8nExecutionId: string }).n8nExecutionId === n8nExecutionId), // safe: an assertion follows
      60_000,
    );
    expect(report.authorization).toBe(`Bearer ${test.secrets.N8N_ERROR_KEY}`);
    return report.body;
  };
  beforeAll(() => hooks.answer("POST /v1/workflow-errors", { outcome: "unknown_execution" }));

  it("reports a run whose claim fails for good, after it was tried again", async () => {
    const executionId = randomUUID();
    const claim = `POST /v1/executions/${executionId}/claim`;
    hooks.answer(claim, { title: "Internal error" }, 500);
    const { body } = await deliver("planning-agent", "goal.create", { executionId });
    const { n8nExecutionId } = body;
    expect(await reportOf(n8nExecutionId)).toMatchObject({
      n8nExecutionId,
      workflowName: "Rainwire: planning-agent",
      message: expect.any(String),
      lastNode: "Claim Execution",
    });
    expect(hooks.callsTo(claim)).toHaveLength(4);
    expect(hooks.callsTo(`POST /v1/executions/${executionId}/result`)).toEqual([]);
  });

  it("reports an operation that fails for good, and completes nothing", async () => {
    const executionId = randomUUID();
    const goalId = randomUUID();
    hooks.answer(`POST /v1/executions/${executionId}/claim`, { outcome: "run", input: { userId: "user_1", goalId } });
    hooks.answer(`GET /v1/goals/${goalId}`, { title: "Internal error", detail: "The database is away." }, 503);
    const { body } = await deliver("goal-checking-agent", "goal.validate", { executionId });
    const { n8nExecutionId } = body;
    expect(await reportOf(n8nExecutionId)).toMatchObject({
      workflowName: "Rainwire: goal-checking-agent",
      message: expect.stringContaining("Read Goal failed: The database is away."),
      lastNode: "Explain Failure",
    });
    expect(hooks.callsTo(`GET /v1/goals/${goalId}`)).toHaveLength(4);
    expect(hooks.callsTo(`POST /v1/executions/${executionId}/result`)).toEqual([]);
  });

  it("reports a run that died with n8n, once n8n is back", async () => {
    const executionId = randomUUID();
    const goalId = randomUUID();
    hooks.answer(`POST /v1/executions/${executionId}/claim`, { outcome: "run", input: { userId: "user_1", goalId } });
    hooks.hold(`GET /v1/goals/${goalId}`);
    const { body } = await deliver("goal-checking-agent", "goal.validate", { executionId });
    await eventually("the run to be at work", async () => hooks.callsTo(`GET /v1/goals/${goalId}`)[0]);
    await test.n8n.kill();
    await test.n8n.restart();
    expect(await reportOf(body.n8nExecutionId)).toMatchObject({ workflowName: "Rainwire: goal-checking-agent" });
    expect(hooks.callsTo(`POST /v1/executions/${executionId}/result`)).toEqual([]);
  });
});
