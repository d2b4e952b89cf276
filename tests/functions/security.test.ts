import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { operations as apiOperations } from "#functions/api/operations.ts";
import { createTokens } from "#functions/auth/app.ts";
import { operations as authOperations } from "#functions/auth/operations.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { operations as hooksOperations } from "#functions/hooks/operations.ts";
import { createOps } from "#functions/ops/app.ts";
import { operations as opsOperations } from "#functions/ops/operations.ts";
import { createReports } from "#functions/reports/app.ts";
import { operations as reportsOperations } from "#functions/reports/operations.ts";
import { createApiKey } from "#shared/accounts/api-keys.ts";
import type { RequiredScope, Scope } from "#shared/accounts/scopes.ts";
import { setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertCosts } from "#tests/support/cost-rows.ts";
import {
  ERROR_KEY,
  insertCostNotice,
  insertDeadDelivery,
  insertEndpointDelivery,
  insertExecution,
  insertGoal,
  insertIncident,
  insertNotification,
  registerN8n,
  runToken,
} from "#tests/support/domain.ts";

import { insertUsage, usageRecordOf } from "#tests/support/usage.ts";

/** Every route × {no key, wrong key, wrong scope, other tenant}. A route without a sample fails its own case. */

interface Owned {
  otherTenantId: string;
  goalId: string;
  milestoneId: string;
  executionId: string;
  deliveryId: string;
  letterId: string;
  interactionId: string;
  notificationId: string;
  mappingId: string;
  keyId: string;
  endpointId: string;
  endpointEventId: string;
  incidentId: string;
  noticeId: string;
  budgetId: string;
  invocationId: string;
}

interface Sample {
  /** What stands for each `{…}` of the path: something that the other tenant owns. */
  params?: (owned: Owned, other: TestTenant) => Record<string, string>;
  query?: (owned: Owned, other: TestTenant) => string;
  body?: (owned: Owned) => unknown;
  /** The body is a form of a page. */
  isForm?: boolean;
  /** What everybody is answered by a public operation; 200 or 204 unless said. */
  status?: number;
  /** What a stranger to all of it is answered. `signed`: needs a signature (qstash.test.ts), which none has here. `secret`: its body is the credential. `own`: the route names nobody's thing, and does not show the other's. */
  stranger: 404 | "empty" | "own" | "public" | "signed" | "secret";
}

const id = (of: keyof Owned) => (owned: Owned) => ({ id: owned[of] });
const milestone = ({ goalId, milestoneId }: Owned) => ({ id: goalId, milestoneId });
const delivered = ({ endpointId, endpointEventId }: Owned) => ({ id: endpointId, eventId: endpointEventId });
const period = () => ({ period: "2026-10" });
const webhook = () => ({ kind: "webhook" });

const API: Record<keyof typeof apiOperations, Sample> = {
  submitAction: { body: ({ goalId }) => ({ action: "goal.validate", data: { goalId } }), stranger: 404 },
  submitBatch: { body: ({ goalId }) => ({ operations: [{ path: `/v1/goals/${goalId}` }] }), stranger: "own" },
  getExecution: { params: id("executionId"), stranger: 404 },
  listExecutions: { query: () => "?trigger=goal.create&status=failed", stranger: "empty" },
  followExecution: { params: id("executionId"), stranger: 404 },
  cancelExecution: { params: id("executionId"), stranger: 404 },
  createGoal: { body: () => ({ title: "Mine" }), stranger: "own" },
  listGoals: { query: (_, { userId }) => `?userId=${userId}`, stranger: "empty" },
  getGoal: { params: id("goalId"), stranger: 404 },
  changeGoal: { params: id("goalId"), body: () => ({ title: "Stolen" }), stranger: 404 },
  deleteGoal: { params: id("goalId"), stranger: 404 },
  getGoalProgress: { params: id("goalId"), stranger: 404 },
  addMilestone: { params: id("goalId"), body: () => ({ title: "Stolen" }), stranger: 404 },
  listMilestones: { params: id("goalId"), stranger: 404 },
  changeMilestone: { params: milestone, body: () => ({ title: "Stolen" }), stranger: 404 },
  deleteMilestone: { params: milestone, stranger: 404 },
  recordInteraction: { body: ({ goalId }) => ({ content: "Stolen", goalId }), stranger: 404 },
  getInteraction: { params: id("interactionId"), stranger: 404 },
  listInteractions: { query: ({ goalId }) => `?goalId=${goalId}`, stranger: "empty" },
  listNotifications: { query: (_, { userId }) => `?userId=${userId}`, stranger: "empty" },
  markNotificationRead: { params: id("notificationId"), stranger: 404 },
  getNotificationChannel: { params: webhook, stranger: 404 },
  putNotificationChannel: { params: webhook, body: () => ({ url: "https://example.com" }), stranger: "own" },
  deleteNotificationChannel: { params: webhook, stranger: "own" },
  listWorkflowMappings: { stranger: "empty" },
  createWorkflowMapping: {
    body: () => ({
      trigger: "goal.update",
      workflowId: "mine",
      instanceId: "main",
      webhookPath: "webhook/mine",
      operations: [],
    }),
    stranger: "own",
  },
  changeWorkflowMapping: { params: id("mappingId"), body: () => ({ isActive: false }), stranger: 404 },
  deleteWorkflowMapping: { params: id("mappingId"), stranger: 404 },
  createApiKey: { body: () => ({ name: "Mine", scopes: ["goals:read"] }), stranger: "own" },
  listApiKeys: { stranger: "own" },
  revokeApiKey: { params: id("keyId"), stranger: 404 },
  listDeliveries: { stranger: "empty" },
  getDelivery: { params: id("deliveryId"), stranger: 404 },
  listDeadLetters: { stranger: "empty" },
  replayDeadLetter: { params: id("letterId"), stranger: 404 },
  replayDeadLetters: { body: ({ letterId }) => ({ ids: [letterId] }), stranger: "own" },
  createWebhookEndpoint: { body: () => ({ url: "https://example.com/hook" }), stranger: "own" },
  listWebhookEndpoints: { stranger: "empty" },
  getWebhookEndpoint: { params: id("endpointId"), stranger: 404 },
  changeWebhookEndpoint: { params: id("endpointId"), body: () => ({ status: "paused" }), stranger: 404 },
  deleteWebhookEndpoint: { params: id("endpointId"), stranger: 404 },
  rotateWebhookSecret: { params: id("endpointId"), body: () => ({}), stranger: 404 },
  testWebhookEndpoint: { params: id("endpointId"), stranger: 404 },
  listWebhookDeliveries: { params: id("endpointId"), stranger: 404 },
  getWebhookDelivery: { params: delivered, stranger: 404 },
  replayWebhooks: {
    params: id("endpointId"),
    body: ({ endpointEventId }) => ({ eventId: endpointEventId }),
    stranger: 404,
  },
  getCostSummary: {
    query: ({ executionId }, { tenantId }) => `?tenantId=${tenantId}&executionId=${executionId}`,
    stranger: "own",
  },
  getCostTrend: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: "own" },
  listCosts: {
    params: () => ({ dimension: "function" }),
    query: (_, { tenantId }) => `?tenantId=${tenantId}`,
    stranger: "empty",
  },
  getInvocationCost: { params: id("invocationId"), stranger: 404 },
  getRunCost: { params: id("executionId"), stranger: 404 },
  listPriceCards: { query: () => "?id=cloudflare/kv-paid", stranger: "own" },
  explainCostChange: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: "own" },
  listUnusualCostDays: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: "empty" },
  listBudgets: { stranger: "empty" },
  setBudget: { body: () => ({ name: "Mine", monthlyUsd: "10" }), stranger: "own" },
  deleteBudget: { params: id("budgetId"), stranger: 404 },
  listCostPeriods: { stranger: "own" },
  closeCostPeriod: { params: period, stranger: "own" },
  correctCostPeriod: { params: period, body: () => ({ reason: "a test" }), stranger: "own" },
  getCostReconciliation: { params: period, stranger: "own" },
  exportCostsAsFocus: { params: period, stranger: "own" },
  getMe: { stranger: "own" },
  getOpenApi: { stranger: "public" },
  getDocs: { stranger: "public" },
};

const HOOKS: Record<keyof typeof hooksOperations, Sample> = {
  claimExecution: {
    params: id("executionId"),
    body: () => ({ attempt: 1, n8nExecutionId: "7", n8nWorkflowId: "w" }),
    stranger: 404,
  },
  completeExecution: {
    params: id("executionId"),
    body: () => ({ attempt: 1, status: "succeeded", result: {} }),
    stranger: 404,
  },
  reportWorkflowError: { body: () => ({ n8nExecutionId: "7", workflowName: "w", message: "m" }), stranger: "own" },
  getGoal: { params: id("goalId"), stranger: 404 },
  listGoalsOfUser: { params: (_, { userId }) => ({ userId }), stranger: "empty" },
  planMilestones: {
    params: id("goalId"),
    body: () => ({ milestones: [{ key: "a", title: "Stolen", position: 1 }] }),
    stranger: 404,
  },
  setMilestoneStatus: { params: milestone, body: () => ({ status: "done" }), stranger: 404 },
  setProgress: { params: id("goalId"), body: () => ({ progressPercent: 99 }), stranger: 404 },
  setValidation: { params: id("goalId"), body: () => ({ isValid: false, findings: [] }), stranger: 404 },
  setPhase: { params: id("goalId"), body: () => ({ phase: "achieved" }), stranger: 404 },
  getFeedback: { params: id("goalId"), stranger: 404 },
  recordInteraction: {
    body: ({ goalId }) => ({ key: "a", userId: "u", goalId, kind: "chat", content: "Stolen" }),
    stranger: 404,
  },
  deliverNotification: { params: id("notificationId"), stranger: 404 },
  decideAbuseIncident: {
    params: id("incidentId"),
    body: () => ({ decision: "dismiss", reason: "Stolen" }),
    stranger: 404,
  },
  readBatching: { stranger: 404 },
  setBatching: { body: () => ({ budgetMs: 1, reason: "Stolen" }), stranger: 404 },
  invalidateCache: {
    body: ({ goalId, otherTenantId }) => ({ keys: [`/v1/goals/${goalId}`], tenantId: otherTenantId }),
    stranger: 404,
  },
  warmCache: {
    body: ({ goalId, otherTenantId }) => ({ paths: [`/v1/goals/${goalId}`], tenantId: otherTenantId }),
    stranger: 404,
  },
  getCostNotice: { params: id("noticeId"), stranger: 404 },
  markCostNoticeSent: { params: id("noticeId"), body: () => ({ channel: "mail" }), stranger: 404 },
  listSigningKeys: { stranger: 404 },
  publishSigningKey: { body: () => ({ isEarly: true }), stranger: 404 },
  promoteSigningKey: { params: () => ({ id: uuidv7() }), stranger: 404 },
  retireSigningKey: { params: () => ({ id: uuidv7() }), stranger: 404 },
  receiveQstash: { params: () => ({ queue: "webhook-deliveries" }), stranger: "signed" },
  getOpenApi: { stranger: "public" },
};

const OPS: Record<keyof typeof opsOperations, Sample> = {
  listInstances: { stranger: "own" },
  putInstance: {
    params: () => ({ id: "another" }),
    body: () => ({
      baseUrl: "https://n8n.example.com",
      webhookKey: "a key of sixteen characters",
      signingSecret: "whsec_YS1wcmludGFibGUtc2lnbmluZy1rZXktb2YtdGVzdHM=",
    }),
    stranger: "own",
  },
  readUsage: { stranger: "empty" },
  listLimits: { stranger: "own" },
  setLimit: {
    params: (_, { tenantId }) => ({ kind: "tenant", id: tenantId }),
    body: () => ({ quota: { limit: 1 }, reason: "Stolen" }),
    stranger: "own",
  },
  liftLimit: { params: (_, { tenantId }) => ({ kind: "tenant", id: tenantId }), stranger: "own" },
  blockCaller: {
    params: ({ keyId }) => ({ kind: "key", id: keyId }),
    body: () => ({ reason: "Stolen" }),
    stranger: "own",
  },
  liftBlock: { params: ({ keyId }) => ({ kind: "key", id: keyId }), stranger: "own" },
  readLimitStatistics: { stranger: "own" },
  listAbuseIncidents: { stranger: "own" },
  decideAbuseIncident: {
    params: id("incidentId"),
    body: () => ({ decision: "dismiss", reason: "Stolen" }),
    stranger: "own",
  },
  readBatching: { stranger: "own" },
  setBatching: { body: () => ({ budgetMs: 5, reason: "a test" }), stranger: "own" },
  listSigningKeys: { stranger: "own" },
  requestKeyRotation: { body: () => ({}), stranger: "own" },
  invalidateCache: { body: ({ goalId }) => ({ keys: [`/v1/goals/${goalId}`] }), stranger: "own" },
  warmCache: { body: () => ({ paths: [] }), stranger: "own" },
  readCacheStats: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: 404 },
  setCaching: { body: () => ({ targetHitRate: 0.9, reason: "a test" }), stranger: "own" },
  checkHealth: { stranger: "public" },
  getOpenApi: { stranger: "public" },
};

const REPORTS: Record<keyof typeof reportsOperations, Sample> = {
  showOverview: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: "own" },
  showCostsBy: {
    params: () => ({ dimension: "function" }),
    query: (_, { tenantId }) => `?tenantId=${tenantId}`,
    stranger: "own",
  },
  showRun: { params: id("executionId"), stranger: 404 },
  showInvocation: { params: id("invocationId"), stranger: 404 },
  showBudgets: { stranger: "own" },
  setBudgetByForm: {
    body: () => ({ token: "0".repeat(64), name: "Mine", monthlyUsd: "10", basis: "effective" }),
    isForm: true,
    stranger: "own",
  },
  deleteBudgetByForm: {
    params: id("budgetId"),
    body: () => ({ token: "0".repeat(64) }),
    isForm: true,
    stranger: "own",
  },
  showChanges: { query: (_, { tenantId }) => `?tenantId=${tenantId}`, stranger: "own" },
  showPeriods: { stranger: "own" },
  showPeriod: { params: period, stranger: "own" },
  showReconciliation: { params: period, stranger: "own" },
  exportFocusFile: { params: period, stranger: "own" },
  confirmClose: { params: period, stranger: "own" },
  closePeriodByForm: {
    params: period,
    body: () => ({ token: "0".repeat(64), isCompared: "yes" }),
    isForm: true,
    stranger: "own",
  },
  showPrices: { stranger: "own" },
  showPriceCard: { params: () => ({ provider: "cloudflare", card: "kv-paid" }), stranger: "own" },
  find: { query: ({ executionId }) => `?id=${executionId}`, stranger: "own" },
  showSignIn: { stranger: "public" },
  signIn: {
    body: () => ({ email: "nobody@example.com", password: "not this one" }),
    isForm: true,
    status: 400,
    stranger: "public",
  },
  signOut: { status: 303, stranger: "public" },
};

const AUTH: Record<keyof typeof authOperations, Sample> = {
  issueToken: { body: () => ({}), stranger: "own" },
  refreshToken: { body: () => ({ refreshToken: "rwr_nobody's" }), stranger: "secret" },
  revokeToken: { body: () => ({ refreshToken: "rwr_nobody's" }), stranger: "public" },
  signOutEverywhere: { stranger: "own" },
  getJwks: { stranger: "public" },
  getOpenApi: { stranger: "public" },
};

const SAMPLES = { api: API, hooks: HOOKS, ops: OPS, reports: REPORTS, auth: AUTH };

let rainwire: TestInstance;
let other: TestTenant;
let stranger: TestTenant;
let owned: Owned;
let strangersExecution: string;
const edges = {
  api: createApi(),
  hooks: createHooks(),
  ops: createOps(),
  reports: createReports(),
  auth: createTokens(),
};

beforeAll(async () => {
  rainwire = await openTestInstance();
  await registerN8n(rainwire);
  [other, stranger] = [await rainwire.tenant(), await rainwire.tenant()];
  const { goalId, milestoneId } = await insertGoal(rainwire, other, "Secret goal");
  const { deliveryId, letterId } = await insertDeadDelivery(rainwire, other);
  const channel = asking(other.key, "PUT", { url: "https://secret.example.com" });
  await rainwire.fetch(edges.api, "/v1/notification-channels/webhook", channel);
  const said = asking(other.key, "POST", { content: "Secret word", goalId });
  const interaction = await rainwire.fetch(edges.api, "/v1/interactions", said);
  expect(interaction.status).toBe(201);
  const interactionId = ((await interaction.json()) as { id: string }).id; // safe: asserted by use
  const mapping = {
    trigger: "goal.create",
    workflowId: "secret",
    instanceId: "main",
    webhookPath: "x",
    operations: [],
  };
  const mapped = await rainwire.fetch(edges.api, "/v1/workflow-mappings", asking(other.key, "POST", mapping));
  const key = await rainwire.fetch(
    edges.api,
    "/v1/api-keys",
    asking(other.key, "POST", { name: "Secret key", scopes: ["goals:read"] }),
  );
  const idOf = async (response: Response) => ((await response.json()) as { id: string }).id; // safe: asserted by use
  const hook = { url: "https://secret.example.com/hook", description: "Secret hook" };
  const endpointId = await idOf(
    await rainwire.fetch(edges.api, "/v1/webhook-endpoints", asking(other.key, "POST", hook)),
  );
  owned = {
    otherTenantId: other.tenantId,
    goalId,
    milestoneId,
    executionId: await insertExecution(rainwire, other),
    deliveryId,
    letterId,
    interactionId,
    notificationId: await insertNotification(rainwire, other),
    mappingId: await idOf(mapped),
    keyId: await idOf(key),
    endpointId,
    endpointEventId: await insertEndpointDelivery(rainwire, other, endpointId),
    incidentId: await insertIncident(rainwire, other),
    noticeId: await insertCostNotice(rainwire, other),
    budgetId: await insertBudget(other),
    invocationId: await insertInvocation(other),
  };
  strangersExecution = await insertExecution(rainwire, stranger);
});
afterAll(() => rainwire.close());

const cases = [
  ...Object.entries(apiOperations).map(([name, route]) => ({ edge: "api" as const, name, route })),
  ...Object.entries(hooksOperations).map(([name, route]) => ({ edge: "hooks" as const, name, route })),
  ...Object.entries(reportsOperations).map(([name, route]) => ({ edge: "reports" as const, name, route })),
  ...Object.entries(opsOperations).map(([name, route]) => ({ edge: "ops" as const, name, route })),
  ...Object.entries(authOperations).map(([name, route]) => ({ edge: "auth" as const, name, route })),
];

describe.each(cases)("$edge $name", ({ edge, name, route }) => {
  const sample = SAMPLES[edge][name as never] as Sample | undefined; // safe: undefined fails below
  const scope = (route as unknown as { "x-required-scope": RequiredScope })["x-required-scope"]; // safe: defineRoute sets it

  function ask(credential: string | undefined): Promise<Response> {
    if (!sample) throw new Error(`There is no sample of ${name}: add one to this test.`);
    const params = sample.params?.(owned, other) ?? {};
    const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => params[key] ?? "");
    const query = sample.query?.(owned, other) ?? "";
    const body = sample.body?.(owned);
    const asked = asking(credential, route.method.toUpperCase(), sample.isForm ? undefined : body);
    const form = sample.isForm ? { body: new URLSearchParams(body as Record<string, string>) } : {}; // safe: forms are flat
    return rainwire.fetch(edges[edge], `${path}${query}`, { ...asked, ...form, redirect: "manual" });
  }

  const keyWith = async (scopes: Scope[]): Promise<string> => {
    if (edge === "hooks") return await runToken(rainwire, stranger, strangersExecution, scopes);
    return await stranger.keyWith(...scopes);
  };

  if (sample?.stranger === "public") {
    it("is open to everybody, as it says", async () => {
      expect(scope).toBe("public");
      expect((await ask(undefined)).status).toBeOneOf(sample.status === undefined ? [200, 204] : [sample.status]);
    });
    return;
  }

  if (sample?.stranger === "secret") {
    it("refuses a secret in its body that is none of ours", async () => {
      expect(scope).toBe("public");
      expect((await ask(undefined)).status).toBe(401);
    });
    return;
  }

  if (sample?.stranger === "signed") {
    it("refuses everybody without a signature", async () => {
      expect(scope).toBe("public");
      expect((await ask(undefined)).status).toBe(404);
    });
    return;
  }

  it("refuses a request without a key", async () => {
    const response = await ask(undefined);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="rainwire"');
    expect(await response.json()).toMatchObject({ code: "unauthenticated" });
  });

  it.each([`rw_${"a".repeat(48)}`, "rwe_nobody", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJyYWlud2lyZTpydW5zIn0.", "session"])(
    "refuses the wrong key %s",
    async (wrong) => {
      const response = await ask(wrong);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: "unauthenticated" });
    },
  );

  if (scope === "signed_in") {
    it("takes a key of any scope, as it says", async () => {
      expect((await ask(await keyWith(["goals:read"]))).status).toBe(200);
    });
  } else
    it("refuses a key of another scope", async () => {
      const wrong: Scope = scope === "goals:read" ? "usage:read" : scope === "run:claim" ? "run:complete" : "run:claim";
      const credential = await keyWith([edge !== "hooks" && wrong === "run:claim" ? "goals:read" : wrong]);
      const response = await ask(credential);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "scope_missing" });
    });

  it("shows and changes nothing of another tenant", async () => {
    const before = await snapshot();
    const credential =
      scope === "errors:report"
        ? ERROR_KEY
        : /^(operator|finance):/.test(scope)
          ? stranger.key // no tenant's key holds it: refused for the scope
          : await keyWith(edge === "hooks" ? [scope as Scope] : [...stranger.owner.scopes]); // safe: not public
    const response = await ask(credential);
    const text = await response.text();
    if (sample?.stranger === 404) expect(response.status, text).toBe(404);
    else expect(response.status, text).toBeLessThan(405);
    if (sample?.stranger === "empty") expect(JSON.parse(text)).toMatchObject({ items: [] });
    expect(text).not.toMatch(/Secret [a-z]|secret\.example|"secret"(?!:)/);
    expect(text).not.toContain(other.tenantId);
    expect(await snapshot()).toEqual(before);
  });
});

async function insertInvocation({ tenantId }: TestTenant): Promise<string> {
  const record = usageRecordOf({ tenantId, function: "Secret function", startedAtMs: Date.now() - 60_000 });
  await insertUsage(rainwire.database, [record]);
  return record.id;
}

async function insertBudget({ tenantId }: TestTenant): Promise<string> {
  await insertCosts(rainwire.database, [
    { day: new Date().toISOString().slice(0, 10), tenantId, function: "Secret function", effective: "12.34" },
  ]);
  const writer = { db: rainwire.database, scope: { kind: "tenant", tenantId }, actor: "user:other" } as const;
  const budget = await setBudget(writer, { name: "Secret budget", monthlyUsd: "99" });
  if ("failure" in budget) throw new Error(budget.failure);
  return budget.id;
}

/** All rows of the other tenant. */
async function snapshot(): Promise<unknown> {
  const tables = [
    "user_goals",
    "milestones",
    "user_interactions",
    "notifications",
    "notification_channels",
    "workflow_mappings",
    "workflow_executions",
    "deliveries",
    "dead_letters",
    "webhook_endpoints",
    "endpoint_deliveries",
    "endpoint_attempts",
    "events",
    "limit_overrides",
    "abuse_incidents",
    "cost_budgets",
    "cost_lines",
  ];
  const rows = tables.map(
    (table) => `select '${table}' as name, to_jsonb(t) as r from ${table} t where tenant_id = $1`,
  );
  const owner = `select 'apikey', to_jsonb(k) - 'last_request' from apikey k where reference_id = $1`;
  const text = `select name, r from (${[...rows, owner].join(" union all ")}) as all_rows order by name, r::text`;
  return (await rainwire.pool.query(text, [other.tenantId])).rows;
}

it("keeps the machines' scopes from consumers and the consumers' routes from runs", async () => {
  const token = await runToken(rainwire, stranger, strangersExecution, ["goals:read", "goals:write", "run:goals.read"]);
  for (const path of ["/v1/goals", `/v1/goals/${owned.goalId}`, `/v1/goals/${uuidv7()}/progress`]) {
    const response = await rainwire.fetch(edges.api, path, asking(token, "GET"));
    expect(response.status).toBe(403);
  }
  const made = await createApiKey(
    { auth: undefined as never, database: rainwire.database, principal: stranger.owner }, // safe: refused before it is used
    { name: "Machine", scopes: ["run:goals.read"] },
  );
  expect(made).toEqual({ kind: "scopes_not_held", scopes: ["run:goals.read"] });
});

it("meets no unexpected error on the way", () => {
  expect(rainwire.logged).toEqual([]);
});
