import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertExecution, registerN8n, runToken } from "#tests/support/domain.ts";

const [api, ops, hooks] = [createApi(), createOps(), createHooks()];
const purged: (readonly string[])[] = [];
let rainwire: TestInstance;
let acme: TestTenant;
let operator: TestTenant;
let id: string;
beforeAll(async () => {
  const env = {
    API: {
      fetch: (request: Request) => {
        const { pathname, search } = new URL(request.url);
        return rainwire.fetch(api, pathname + search, request);
      },
    },
  };
  const cdnPurger = {
    purge: async (tags: readonly string[]) => {
      purged.push(tags);
    },
  };
  rainwire = await openTestInstance({ env, cdnPurger });
  await registerN8n(rainwire);
  operator = await rainwire.tenant({ isOperator: true });
});
beforeEach(async () => {
  acme = await rainwire.tenant();
  const made = await rainwire.fetch(api, "/v1/goals", asking(acme.key, "POST", { title: "Run" }));
  ({ id } = (await made.json()) as { id: string }); // safe: the API's answer
  purged.length = 0;
});
afterAll(() => rainwire?.close());

const statusOf = async (path: string, key = acme.key) =>
  (await rainwire.fetch(api, path, asking(key, "GET"))).headers.get("cache-status") ?? "";
const invalidate = (body: object, key = acme.key) =>
  rainwire.fetch(ops, "/v1/cache/invalidate", asking(key, "POST", body));

it.each([
  ["tag", () => ({ tags: [`goals:${acme.tenantId}:${id}`] })],
  ["key", () => ({ keys: [`/v1/goals/${id}`] })],
  ["prefix", () => ({ prefix: "/v1/goals/" })],
])("forgets by %s, and nothing beside it", async (_, body) => {
  const path = `/v1/goals/${id}`;
  for (const one of [path, "/v1/interactions"]) await statusOf(one);
  expect(await statusOf(path)).toMatch(/^rainwire; hit/);
  expect(await (await invalidate(body())).json()).toEqual({ refused: [] });
  expect(await statusOf(path)).toMatch(/^rainwire; fwd=(stale|uri-miss); stored/);
  expect(await statusOf("/v1/interactions")).toMatch(/^rainwire; hit/);
});

it("leaves what another tenant keeps alone, and tells no CDN of what only a tenant has", async () => {
  const other = await rainwire.tenant();
  await statusOf("/v1/goals");
  const tag = `goals:${acme.tenantId}`;
  expect(await (await invalidate({ tags: [tag], prefix: "/" }, other.key)).json()).toEqual({ refused: [tag] });
  expect((await invalidate({ prefix: "/", tenantId: acme.tenantId }, other.key)).status).toBe(404);
  expect(await (await invalidate({ tags: ["openapi"] }, other.key)).json()).toEqual({ refused: ["openapi"] });
  expect(await statusOf("/v1/goals")).toMatch(/^rainwire; hit/);
  expect(await (await invalidate({ tags: [tag] })).json()).toEqual({ refused: [] });
  expect(purged).toEqual([]);
});

it("lets an operator name any tenant and tag, and tells the CDN", async () => {
  await statusOf("/v1/goals");
  expect((await invalidate({ keys: ["/v1/goals"], tenantId: acme.tenantId }, operator.key)).status).toBe(200);
  expect(await statusOf("/v1/goals")).toMatch(/^rainwire; fwd=uri-miss/);
  const tags = [`goals:${acme.tenantId}`, "openapi", "not a tag"];
  expect(await (await invalidate({ tags }, operator.key)).json()).toEqual({ refused: ["not a tag"] });
  expect(await statusOf("/v1/goals")).toMatch(/^rainwire; fwd=stale/);
  expect(purged).toEqual([[`goals:${acme.tenantId}`, `goals:${acme.tenantId}:*`, "openapi"]]);
});

it("tells the CDN of a change of what is everybody's, and of no other", async () => {
  const mapping = {
    trigger: "goal.update",
    workflowId: "mine",
    instanceId: "main",
    webhookPath: "webhook/mine",
    operations: [],
  };
  const path = "/v1/workflow-mappings";
  const own = await rainwire.fetch(api, path, asking(operator.key, "POST", mapping));
  expect([own.status, purged]).toEqual([201, []]);
  const everybodys = await rainwire.fetch(api, `${path}?owner=platform`, asking(operator.key, "POST", mapping));
  expect([everybodys.status, purged]).toEqual([201, [["mappings:-", "mappings:-:*"]]]);
});

it("reads ahead what it is told", async () => {
  const body = { paths: [`/v1/goals/${id}`, "/v1/goals?limit=5", "/v1/nothing"] };
  const warmed = await rainwire.fetch(ops, "/v1/cache/warm", asking(acme.key, "POST", body));
  expect(await warmed.json()).toMatchObject({ answers: [{ status: 200 }, { status: 200 }, { status: 404 }] });
});

const runOf = async (tenantId: string) =>
  await runToken(rainwire, { tenantId }, await insertExecution(rainwire, { tenantId }), [
    "run:caches.invalidate",
    "run:caches.warm",
  ]);

it("forgets and reads ahead for a tenant that a run of the platform names", async () => {
  const token = await runOf("platform");
  const list = "/v1/goals?limit=5";
  await statusOf(list);
  const named = { keys: [list], tenantId: acme.tenantId };
  expect((await rainwire.fetch(hooks, "/v1/cache/invalidate", asking(token, "POST", named))).status).toBe(200);
  const wanted = { paths: [list, "/v1/api-keys"], tenantId: acme.tenantId };
  const warmed = await rainwire.fetch(hooks, "/v1/cache/warm", asking(token, "POST", wanted));
  expect(await warmed.json()).toEqual({
    answers: [
      { path: list, status: 200, cacheStatus: "rainwire; fwd=uri-miss; stored" },
      { path: "/v1/api-keys", status: 403, cacheStatus: null },
    ],
  });
  expect(await statusOf(list)).toMatch(/^rainwire; hit/);
});

it("refuses a tenant's run another tenant's, and a run that has ended everything", async () => {
  const token = await runOf(acme.tenantId);
  const ask = (path: string, body: object) => rainwire.fetch(hooks, path, asking(token, "POST", body));
  expect((await ask("/v1/cache/warm", { paths: [], tenantId: operator.tenantId })).status).toBe(404);
  expect((await ask("/v1/cache/invalidate", { prefix: "/", tenantId: operator.tenantId })).status).toBe(404);
  await statusOf("/v1/goals");
  expect((await ask("/v1/cache/invalidate", { prefix: "/" })).status).toBe(200);
  expect(await statusOf("/v1/goals")).toMatch(/^rainwire; fwd=uri-miss/);
  await rainwire.pool.query("update workflow_executions set status = 'succeeded' where tenant_id = $1", [
    acme.tenantId,
  ]);
  expect((await ask("/v1/cache/invalidate", { prefix: "/" })).status).toBe(409);
});

interface Stats {
  tenantId: string | null;
  routes: { operationId: string; hits: number }[];
  hotKeys: { tenantId: string; path: string; hits: number }[];
  process: { entries: number } | null;
  settings: object | null;
}
const statsOf = async (key: string, query = "") =>
  (await (await rainwire.fetch(ops, `/v1/cache/stats${query}`, asking(key, "GET"))).json()) as Stats; // safe: asserted

it("counts hits and misses by route, each tenant its own", async () => {
  const path = `/v1/goals/${id}/milestones`;
  for (let i = 0; i < 4; i++) await statusOf(path);
  const other = await rainwire.tenant();
  const made = await rainwire.fetch(api, "/v1/goals", asking(other.key, "POST", { title: "Swim" }));
  const { id: theirs } = (await made.json()) as { id: string }; // safe: the API's answer
  for (let i = 0; i < 70; i++) await statusOf(`/v1/goals/${theirs}/milestones`, other.key);

  const own = await statsOf(acme.key);
  expect(own).toMatchObject({ tenantId: acme.tenantId, process: null, settings: null });
  expect(own.routes).toEqual([
    {
      operationId: "listMilestones",
      hits: 3,
      misses: { "uri-miss": 1, stale: 0, request: 0, bypass: 0 },
      collapsed: 0,
      stored: 1,
      storedBytes: expect.any(Number),
      hitRate: 0.75,
      averageFillMs: expect.any(Number),
    },
  ]);
  const hottest = (await statsOf(other.key)).hotKeys;
  expect(hottest).toMatchObject([{ tenantId: other.tenantId, path: `/v1/goals/${theirs}/milestones` }]);
  expect(hottest[0]?.hits).toBeGreaterThan(0);
  expect(hottest[0]?.hits).toBeLessThanOrEqual(69 + 63); // what was counted before it stands for it, too
  expect(
    (await rainwire.fetch(ops, `/v1/cache/stats?tenantId=${other.tenantId}`, asking(acme.key, "GET"))).status,
  ).toBe(404);
});

it("shows an operator all tenants', one tenant's, and the process that answers", async () => {
  for (let i = 0; i < 3; i++) await statusOf("/v1/goals");
  const all = await statsOf(operator.key);
  const hitsOf = ({ routes }: Stats) => routes.find(({ operationId }) => operationId === "listGoals")?.hits ?? 0;
  expect(all).toMatchObject({ tenantId: null, settings: { targetHitRate: 0.95 } });
  expect(hitsOf(all)).toBeGreaterThan(2);
  expect(all.process?.entries).toBeGreaterThan(0);
  expect(hitsOf(await statsOf(operator.key, `?tenantId=${acme.tenantId}`))).toBe(2);
  const keyWithout = await operator.keyWith("caches:manage");
  expect(await statsOf(keyWithout)).toMatchObject({ tenantId: operator.tenantId, process: null });
});

it("changes what is named of when an alarm is raised", async () => {
  const set = (body: object, key = operator.key) => rainwire.fetch(ops, "/v1/cache/settings", asking(key, "PUT", body));
  expect((await set({ targetHitRate: 0.8, routeTargets: { listGoals: 0.5 }, reason: "many writes" })).status).toBe(204);
  expect((await set({ hotShare: 0.4, reason: "few paths" })).status).toBe(204);
  expect((await statsOf(operator.key)).settings).toMatchObject({
    targetHitRate: 0.8,
    routeTargets: { listGoals: 0.5 },
    leastRequests: 1000,
    hotShare: 0.4,
    reason: "few paths",
  });
  expect((await set({ reason: "nothing" })).status).toBe(422);
  expect((await set({ targetHitRate: 0.1, reason: "not mine" }, acme.key)).status).toBe(403);
});
