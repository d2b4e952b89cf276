import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rewriteHooksUrl } from "#hosts/n8n/rewrite-hooks-url.ts";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { eventually, startTestN8n, type TestN8n } from "#tests/support/n8n.ts";
import { type RecordingHooks, startRecordingHooks } from "./recording-hooks.ts";

const WORKFLOW = "limit-enforcer";
/** What a test waits for a person. */
const ASK_SECONDS = 1;

let hooks: RecordingHooks;
let test: TestN8n;
beforeAll(async () => {
  hooks = await startRecordingHooks();
  const toHooks = rewriteHooksUrl(hooks.url);
  test = await startTestN8n({
    workflows: { dir: join(import.meta.dirname, "../../workflows") },
    rewrite: (text) => toHooks(text).replaceAll('"value": 1800', `"value": ${ASK_SECONDS}`),
  });
});
afterAll(async () => {
  await test?.close();
  await hooks?.close();
});

const stuffing = {
  kind: "credential_stuffing",
  subjectKind: "address",
  subjectId: "203.0.113.7",
  count: 15,
  windowSeconds: 600,
  blocksToday: 0,
};

interface Run {
  n8nExecutionId: string;
  decisionPath: string;
  resultPath: string;
}

async function start(incident: object, answer: object, status = 200): Promise<Run> {
  const [executionId, incidentId] = [randomUUID(), randomUUID()];
  const decisionPath = `PUT /v1/limits/incidents/${incidentId}/decision`;
  const resultPath = `POST /v1/executions/${executionId}/result`;
  const input = { incidentId, ...incident };
  hooks.answer(`POST /v1/executions/${executionId}/claim`, { outcome: "run", input, trigger: "limits.abuse_detected" });
  hooks.answer(decisionPath, { id: incidentId, ...answer }, status);
  hooks.answer(resultPath, { status: "succeeded", isFirst: true });
  const body = JSON.stringify({
    specversion: "1.0",
    id: randomUUID(),
    source: "http://127.0.0.1:8787",
    type: "limits.abuse_detected",
    subject: `incidents/${incidentId}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    data: input,
    tenantid: "platform",
    subjectversion: 1,
    executionid: executionId,
    attempt: 1,
    workflow: WORKFLOW,
    trigger: "limits.abuse_detected",
    callbackurl: hooks.url,
  });
  const response = await fetch(`${test.n8n.baseUrl}/webhook/${WORKFLOW}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/cloudevents+json",
      "x-rainwire-key": test.secrets.N8N_WEBHOOK_KEY,
      "x-rainwire-token": `token-of-${executionId}`,
      ...signWebhook(test.secrets.N8N_SIGNING_SECRET, executionId, new Date(), body),
    },
  });
  expect(response.status).toBe(202);
  const { n8nExecutionId } = (await response.json()) as { n8nExecutionId: string }; // safe: what "Accept Delivery" answers
  return { n8nExecutionId, decisionPath, resultPath };
}

const resultOf = ({ resultPath }: Run, nth = 0) =>
  eventually(
    "the run to report",
    async () => hooks.callsTo(resultPath)[nth]?.body as Record<string, unknown> | undefined,
  );

const decisionsOf = ({ decisionPath }: Run) => hooks.callsTo(decisionPath).map(({ body }) => body);

it("blocks an address that tries many accounts, and tells the operators", async () => {
  const run = await start(stuffing, { status: "blocked", decidedBy: "execution:1", reason: "r" });
  expect(await resultOf(run)).toMatchObject({
    attempt: 1,
    status: "succeeded",
    result: { status: "blocked", reason: "r" },
  });
  expect(decisionsOf(run)).toEqual([
    { decision: "block", seconds: 600, reason: "It tries many accounts (15 in 600 s).", tell: ["operators"] },
  ]);
});

it("blocks it for four times as long at each repetition, for a day at most", async () => {
  const again = await start({ ...stuffing, blocksToday: 2 }, { status: "blocked" });
  await resultOf(again);
  expect(decisionsOf(again)).toMatchObject([{ decision: "block", seconds: 9_600 }]);
  const often = await start({ ...stuffing, blocksToday: 7 }, { status: "blocked" });
  await resultOf(often);
  expect(decisionsOf(often)).toMatchObject([{ decision: "block", seconds: 86_400 }]);
});

it("limits a key that looks for what it may not see, and tells its owners", async () => {
  const key = {
    kind: "not_found",
    subjectKind: "key",
    subjectId: "key-1",
    count: 300,
    windowSeconds: 60,
    blocksToday: 0,
  };
  const run = await start(key, { status: "limited" });
  await resultOf(run);
  expect(decisionsOf(run)).toEqual([
    {
      decision: "limit",
      limit: 60,
      windowSeconds: 60,
      seconds: 3_600,
      reason: "It asks for what it may not see (not_found, 300 in 60 s).",
      tell: ["owners", "operators"],
    },
  ]);
});

it("asks a person about an account under attack, waits, and leaves what the person decided", async () => {
  const account = { ...stuffing, kind: "account_under_attack", subjectKind: "account", subjectId: "0a1b" };
  const run = await start(account, { status: "blocked", decidedBy: "user:1", reason: "It is real." });
  expect(await resultOf(run)).toEqual({ attempt: 1, status: "waiting", untilSeconds: ASK_SECONDS + 600 });
  expect(await resultOf(run, 1)).toMatchObject({
    status: "succeeded",
    result: { status: "blocked", decidedBy: "user:1", reason: "It is real." },
  });
  expect(decisionsOf(run)).toEqual([
    { decision: "ask", reason: expect.stringContaining("15 in 600 s") },
    { decision: "dismiss", reason: "Nobody decided in time.", unlessDecided: true },
  ]);
});

it("completes as failed, with the reason, when Rainwire refuses", async () => {
  const problem = { status: 409, title: "Somebody decided this already.", detail: "It was blocked." };
  const run = await start(stuffing, problem, 409);
  expect(await resultOf(run)).toEqual({
    attempt: 1,
    status: "failed",
    error: "Write Decision was refused (409): It was blocked.",
  });
});

it("stops when Rainwire fails, so that the error workflow tells of it", async () => {
  hooks.answer("POST /v1/workflow-errors", { outcome: "driven_again" });
  const run = await start(stuffing, { status: 503, title: "The service cannot take this now. Try again." }, 503);
  const report = await eventually("the error workflow to report", async () =>
    hooks
      .callsTo("POST /v1/workflow-errors")
      .map(({ body }) => body as { n8nExecutionId: string; message: string })
      .find(({ n8nExecutionId }) => n8nExecutionId === run.n8nExecutionId),
  );
  expect(report.message).toContain("Write Decision failed");
  expect(hooks.callsTo(run.resultPath)).toEqual([]);
});
