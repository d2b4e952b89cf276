import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadManifest } from "#hosts/manifest/load.ts";
import { handlersOf } from "#hosts/manifest/manifest.ts";
import { specOf } from "#hosts/raindrop/entry-file.ts";
import { startObserver } from "#hosts/raindrop/start-observer.ts";
import { startRelay } from "#hosts/raindrop/start-relay.ts";
import { startService } from "#hosts/raindrop/start-service.ts";
import { startTask } from "#hosts/raindrop/start-task.ts";
import { startTickets } from "#hosts/raindrop/start-tickets.ts";
import { loadHandlers } from "#hosts/starting/handlers.ts";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import type { Subscription } from "#shared/events/observe.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { ensureDefaultMappings } from "#shared/workflows/default-mappings.ts";
import { putInstance } from "#shared/workflows/instances.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { qstashDouble } from "#tests/support/qstash-double.ts";

/** The classes that the layout exports, started as the framework is documented to start them, on the real PostgreSQL. */

const ROOT = resolve(import.meta.dirname, "../..");
const SECRET = "a secret of the tests, long enough to sign with";
const PUBLIC_URL = "https://rainwire.test";

const manifest = loadManifest(join(ROOT, "raindrop.manifest"), () => undefined);
const specFor = (name: string) => {
  const handler = handlersOf(manifest).find((each) => each.name === name);
  if (!handler) throw new Error(`no handler ${name}`);
  return specOf(manifest, handler);
};

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let receiver: Server;
let handlers: Map<string, { Handler: unknown; subscription?: Subscription }>;
const received: string[] = [];

const left: Promise<unknown>[] = [];
const ctx = {
  waitUntil(promise: Promise<unknown>) {
    left.push(promise);
  },
};
/** What outlived its answer. */
const settled = async () => {
  while (left.length > 0) await left.pop();
};

const tickets: Record<string, unknown[]> = { WORKFLOW_DISPATCH: [], WEBHOOK_DELIVERIES: [] };
const queueOf = (name: string) => ({
  sendBatch: async (messages: Iterable<{ body: unknown }>) => {
    for (const { body } of messages) tickets[name]?.push(body);
  },
});
let env: object;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ connectionString: database.url, applicationName: "raindrop-test", max: 2 });
  receiver = createServer((request, response) => {
    received.push(String(request.headers["webhook-id"]));
    request.resume().on("end", () => response.writeHead(202).end());
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => receiver.once("listening", listening));
  const { port } = receiver.address() as AddressInfo; // safe: listening on TCP

  const loaded = await loadHandlers(manifest, ROOT);
  handlers = new Map(loaded.map(({ declaration, ...rest }) => [declaration.name, rest]));
  const db = postgresDatabase(pool);
  await registerSubscriptions(
    db,
    loaded.flatMap(({ declaration, subscription }) =>
      declaration.kind === "observer" && declaration.source.kind === "queue" && subscription
        ? [{ queue: declaration.source.queue, subscription }]
        : [],
    ),
  );
  await putInstance(
    { db, secret: SECRET },
    {
      id: "main",
      baseUrl: `http://127.0.0.1:${port}`,
      apiKey: null,
      webhookKey: "a webhook key of the tests",
      signingSecret: `whsec_${btoa("an ascii signing secret of tests")}`,
      errorKey: "rwe_an-error-key-of-the-tests",
    },
  );
  await ensureDefaultMappings(db, "main");
  env = {
    _raindrop: { app: { name: "rainwire" } },
    DATABASE_URL: database.url,
    RAINWIRE_SECRET: SECRET,
    PUBLIC_URL,
    LOG_LEVEL: "error",
    WORKFLOW_DISPATCH: queueOf("WORKFLOW_DISPATCH"),
    WEBHOOK_DELIVERIES: queueOf("WEBHOOK_DELIVERIES"),
  };
});
afterAll(async () => {
  await settled();
  receiver.close();
  receiver.closeAllConnections();
  await pool.end();
  await database.drop();
});

const service = (name: string) => new (startService(specFor(name), handlers.get(name)?.Handler))(ctx, env);

function observer(name: string, queue: string) {
  const { Handler, subscription } = handlers.get(name) ?? {};
  if (!subscription) throw new Error(`no observer ${name}`);
  return new (startObserver(specFor(name), queue, Handler, subscription))(ctx, env);
}

/** One message as the framework hands it over, and what was made of it. */
function message(body: unknown) {
  const outcome: string[] = [];
  const note = (what: string) => () => {
    outcome.push(what);
  };
  const own = { ack: note("ack"), retry: note("retry") };
  return { outcome, message: { id: "m1", timestamp: new Date(), body, attempts: 1, ...own } };
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  new Request(`${PUBLIC_URL}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: PUBLIC_URL, ...headers },
    body: JSON.stringify(body),
  });

it("carries an action from the API through both queues to the webhook, once", async () => {
  const account = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };
  const signedUp = await service("auth").fetch(post("/api/auth/sign-up/email", account));
  const { token } = (await signedUp.json()) as { token: string }; // safe: better-auth's answer
  const action = { action: "goal.create", data: { title: "Run 10 km" } };
  const accepted = await service("api").fetch(post("/v2/unified", action, { authorization: `Bearer ${token}` }));
  expect(accepted.status).toBe(202);
  const { executionId } = (await accepted.json()) as { executionId: string }; // safe: the API's answer
  await settled();

  const dispatched = tickets.WORKFLOW_DISPATCH?.splice(0) ?? [];
  expect(dispatched.length).toBeGreaterThan(0);
  for (const body of dispatched) {
    const { outcome, message: each } = message(body);
    await observer("dispatch-workflow", "workflow-dispatch").process(each);
    expect(outcome).toEqual(["ack"]);
  }
  await settled();

  const deliveries = tickets.WEBHOOK_DELIVERIES?.splice(0) ?? [];
  for (const body of [...deliveries, ...deliveries]) {
    const { outcome, message: each } = message(body);
    await observer("deliver-webhook", "webhook-deliveries").process({
      queue: "webhook-deliveries",
      messages: [each],
      ackAll: () => undefined,
      retryAll: () => undefined,
    });
    expect(outcome).toEqual(["ack"]);
  }
  expect(received).toEqual([executionId]);
});

it("carries an action over QStash where QUEUES says so, and leaves the platform's queues alone", async () => {
  const secrets = {
    QSTASH_TOKEN: "a token",
    QSTASH_CURRENT_SIGNING_KEY: "sig_current",
    QSTASH_NEXT_SIGNING_KEY: "sig_next",
  };
  const qstash = await qstashDouble({
    token: secrets.QSTASH_TOKEN,
    signingKey: secrets.QSTASH_CURRENT_SIGNING_KEY,
    async post(url, init) {
      const answer = await taker.fetch(new Request(url, init));
      await settled();
      return answer;
    },
  });
  const overQstash = { ...env, ...secrets, QUEUES: "qstash", QSTASH_URL: qstash.baseUrl };
  const observers = manifest.observers.map(({ name, source }) => {
    const { Handler, subscription } = handlers.get(name) ?? {};
    if (source.kind !== "queue" || !subscription) throw new Error(`no observer ${name}`);
    return { name, queue: source.queue, bindings: specFor(name).bindings, module: { default: Handler, subscription } };
  });
  const taker = new (startTickets({ ...specFor("hooks"), name: "tickets" }, observers))(ctx, overQstash);
  const own = (name: string) => new (startService(specFor(name), handlers.get(name)?.Handler))(ctx, overQstash);

  const account = { email: "grace@example.com", password: "correct horse battery", name: "Grace" };
  const signedUp = await own("auth").fetch(post("/api/auth/sign-up/email", account));
  const { token } = (await signedUp.json()) as { token: string }; // safe: better-auth's answer
  const action = { action: "goal.create", data: { title: "Run 20 km" } };
  const accepted = await own("api").fetch(post("/v2/unified", action, { authorization: `Bearer ${token}` }));
  const { executionId } = (await accepted.json()) as { executionId: string }; // safe: the API's answer
  await settled();
  await qstash.run(0);

  expect(received.filter((id) => id === executionId)).toHaveLength(1);
  expect(qstash.kept.length).toBeGreaterThan(1);
  expect(new Set(qstash.kept.map(({ state }) => state))).toEqual(new Set(["delivered"]));
  expect(tickets).toEqual({ WORKFLOW_DISPATCH: [], WEBHOOK_DELIVERIES: [] });
  await qstash.close();
});

it("relays each minute what no invocation has relayed, and runs tasks", async () => {
  await pool.query("insert into outbox (queue, body) values ('webhook-deliveries', '{}')");
  await new (startRelay({ ...specFor("sweep-deliveries"), name: "relay-outbox" }))(ctx, env).handle();
  await settled();
  expect(tickets.WEBHOOK_DELIVERIES).toEqual([{ outboxId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);

  const Task = startTask(specFor("keep-history"), handlers.get("keep-history")?.Handler);
  await new Task(ctx, env).handle({ type: "scheduled", cron: "17 3 * * *", scheduledTime: Date.now() });
  await settled();
  // Tomorrow's: rows of today lie in the default partition by now.
  const { rows } = await pool.query(
    "select to_regclass('events_' || to_char(now() at time zone 'utc' + interval '1 day', 'YYYYMMDD')) is not null as made",
  );
  expect(rows).toEqual([{ made: true }]);
});
