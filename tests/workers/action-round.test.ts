import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, type RunningWorkers, startWorkers } from "./start-workers.ts";

/** What stands in for n8n: hears webhooks and answers as the test says. */
interface Arrival {
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
  text: string;
}

const SIGNING_SECRET = `whsec_${btoa("an ascii signing secret of tests")}`;
const WEBHOOK_KEY = "a webhook key of the tests";

let rainwire: RunningWorkers;
let server: Server;
const arrivals: Arrival[] = [];
let answerWith: (arrival: Arrival) => number | Promise<number> = () => 202;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const arrival = { headers: request.headers, text, body: JSON.parse(text) as Record<string, unknown> }; // safe: our own envelope
    arrivals.push(arrival);
    response.writeHead(await answerWith(arrival)).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  rainwire = await startWorkers({
    rootDir: resolve(import.meta.dirname, "../.."),
    environment: {
      N8N_URL: `http://127.0.0.1:${port}`,
      N8N_WEBHOOK_KEY: WEBHOOK_KEY,
      N8N_SIGNING_SECRET: SIGNING_SECRET,
    },
  });
}, 120_000);
afterAll(async () => {
  await rainwire?.close();
  server?.closeAllConnections();
  server?.close();
});
beforeEach(() => {
  arrivals.length = 0;
  answerWith = () => 202;
});

const submit = (data: object, headers: Record<string, string> = {}) =>
  rainwire.fetch("/v2/unified", {
    method: "POST",
    headers: { authorization: `Bearer ${rainwire.account.apiKey}`, ...headers },
    body: JSON.stringify({ action: "goal.create", data }),
  });

const readExecution = async (id: string): Promise<Record<string, unknown>> => {
  const answer = await rainwire.fetch(`/v1/executions/${id}`, {
    headers: { authorization: `Bearer ${rainwire.account.apiKey}` },
  });
  return (await answer.json()) as Record<string, unknown>; // safe: JSON of the API
};

/** What a workflow does when its webhook comes: claims, then reports, through the hooks Worker. */
async function workAndReport({ headers, body }: Arrival): Promise<void> {
  const call = (path: string, input: object) =>
    rainwire.fetch(`/hooks/v1/executions/${String(body.executionid)}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${String(headers["x-rainwire-token"])}` },
      body: JSON.stringify(input),
    });
  const claim = await call("claim", { attempt: body.attempt, n8nExecutionId: "run-1", n8nWorkflowId: "planning" });
  expect(await claim.json()).toMatchObject({ outcome: "run", trigger: "goal.create" });
  const told = await call("result", { attempt: body.attempt, status: "succeeded", result: { milestones: 3 } });
  expect(await told.json()).toEqual({ status: "succeeded", isFirst: true });
}

describe("an action", () => {
  it("goes all the way round: request, events, signed webhook, claim, result", async () => {
    const accepted = await submit({ title: "Run a half marathon" });
    expect(accepted.status).toBe(202);
    const { executionId } = (await accepted.json()) as { executionId: string }; // safe: the API's answer
    const arrival = await eventually(async () => arrivals.find(({ body }) => body.executionid === executionId));
    new Webhook(SIGNING_SECRET).verify(arrival.text, arrival.headers as Record<string, string>); // safe: it throws for anything else
    expect(arrival.headers["x-rainwire-key"]).toBe(WEBHOOK_KEY);
    expect(arrival.body).toMatchObject({ type: "action.requested", workflow: "planning-agent", attempt: 1 });
    await workAndReport(arrival);
    expect(await readExecution(executionId)).toMatchObject({ status: "succeeded", result: { milestones: 3 } });
  });

  it("answers in one request when its caller waits for the result", async () => {
    let working: Promise<void> = Promise.resolve();
    answerWith = (arrival) => {
      if (arrival.body.type === "action.requested") working = workAndReport(arrival);
      return 202;
    };
    const answer = await submit({ title: "Swim" }, { prefer: "wait=20" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: "succeeded", result: { milestones: 3 } });
    await working;
  });

  it("is followed as server-sent events until it has settled", async () => {
    const { executionId } = (await (await submit({ title: "Row" })).json()) as { executionId: string }; // safe: the API's answer
    const headers = { authorization: `Bearer ${rainwire.account.apiKey}` };
    const stream = await rainwire.fetch(`/v1/executions/${executionId}/events`, { headers });
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    const told = stream.text();
    await workAndReport(await eventually(async () => arrivals.find(({ body }) => body.executionid === executionId)));
    expect((await told).match(/"status":"\w+"/g)?.at(-1)).toBe('"status":"succeeded"');
  });

  it("is delivered again, under the same id, after the workflow's host failed", async () => {
    answerWith = ({ body }) =>
      arrivals.filter((each) => each.body.executionid === body.executionid).length === 1 ? 503 : 202;
    const { executionId } = (await (await submit({ title: "Cycle" })).json()) as { executionId: string }; // safe: the API's answer
    const both = await eventually(async () => {
      const own = arrivals.filter(({ body }) => body.executionid === executionId);
      return own.length >= 2 ? own : undefined;
    }, 30_000);
    expect(new Set(both.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([executionId]));
    expect(await readExecution(executionId)).toMatchObject({ status: "dispatched" });
  });

  it("sends the events of a subject in their order, one after the other", async () => {
    const post = async (path: string, body: object) => {
      const headers = { authorization: `Bearer ${rainwire.account.apiKey}` };
      const answer = await rainwire.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      return (await answer.json()) as { id: string }; // safe: the API's answer
    };
    const { id: goalId } = await post("/v1/goals", { title: "In order" });
    const { id } = await post(`/v1/goals/${goalId}/milestones`, { title: "First" });
    const rename = "update milestones set title = title || '!' where id = $1";
    for (let i = 0; i < 3; i++) await rainwire.pool.query(rename, [id]); // plain SQL: the sweep relays it
    await rainwire.tick("relay");
    const own = await eventually(async () => {
      const found = arrivals.filter(({ body }) => body.subject === `milestones/${id}`);
      return found.length === 3 ? found : undefined;
    }, 30_000);
    expect(own.map(({ body }) => body.subjectversion)).toEqual([2, 3, 4]);
  });
});

it("runs every task of the manifest", async () => {
  for (const task of [
    "sweep-deliveries",
    "reconcile-executions",
    "digest-batching",
    "digest-caches",
    "rotate-signing-keys",
    "keep-history",
  ])
    await rainwire.tick(task);
});
