import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { QuotaStore } from "#shared/limits/quota-store.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertIncident, registerN8n, runToken } from "#tests/support/domain.ts";

const edges = { api: createApi(), hooks: createHooks(), ops: createOps() };

let here: TestInstance;
let there: TestInstance;
let operator: TestTenant;
let tenant: TestTenant;
let keyId: string;
beforeAll(async () => {
  here = await openTestInstance();
  there = await openTestInstance({ beside: here });
  await registerN8n(here);
  operator = await here.tenant({ isOperator: true });
});
afterAll(async () => {
  await there.close();
  await here.close();
});
beforeEach(async () => {
  tenant = await here.tenant();
  const { rows } = await here.pool.query("select id from apikey where reference_id = $1", [tenant.tenantId]);
  keyId = rows[0].id;
});

const list = (instance = here, key = tenant.key) => instance.fetch(edges.api, "/v1/goals", asking(key, "GET"));
const set = (path: string, body: unknown, method = "PUT") =>
  here.fetch(edges.ops, `/v1/limits/${path}`, asking(operator.key, method, body));

async function until(probe: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedAtMs = performance.now();
  while (!(await probe())) {
    if (performance.now() - startedAtMs > withinMs) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10)); // or the detector takes the probes for abuse
  }
  return performance.now() - startedAtMs;
}

describe("a caller", () => {
  it("is shown its limits and what is left of the tightest", async () => {
    const response = await list();
    expect(response.status).toBe(200);
    expect(response.headers.get("ratelimit-policy")).toBe(
      '"key";q=6000;w=60;rainwire-burst=1000, "tenant";q=60000;w=60;rainwire-burst=10000',
    );
    expect(response.headers.get("ratelimit")).toBe('"key";r=999;t=10');
  });

  it("is refused with 429, a problem document and when to come back, above its limit", async () => {
    await set(`key/${keyId}`, { quota: { limit: 2, windowSeconds: 30 }, reason: "a test" });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await list()).status);
    expect(statuses).toEqual([200, 200, 429]);
    const response = await list();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(25);
    expect(seconds).toBeLessThanOrEqual(30);
    expect(response.headers.get("ratelimit")).toBe(`"key";r=0;t=${seconds}`);
    expect(response.headers.get("ratelimit-policy")).toContain('"key";q=2;w=30,');
    expect(response.headers.get("x-request-id")).toBeTruthy();
    expect(await response.json()).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      status: 429,
      code: "rate_limited",
      retryable: true,
      detail: 'The limit "key" is 2 in 30 s.',
      "violated-policies": ["key"],
    });
  });

  it("pays the cost that its operation declares", async () => {
    await set(`key/${keyId}`, { quota: { limit: 2 }, reason: "a test" });
    const action = { action: "progress.review", data: { goalId: uuidv7() } };
    expect((await here.fetch(edges.api, "/v2/unified", asking(tenant.key, "POST", action))).status).toBe(404);
    expect((await list()).status).toBe(429);
  });

  it("is not held for what its tenant refuses", async () => {
    await set(`tenant/${tenant.tenantId}`, { quota: { limit: 1 }, reason: "a test" });
    const other = await tenant.keyWith("goals:read");
    expect((await list(here, other)).status).toBe(200);
    const refused = await list();
    expect(refused.headers.get("ratelimit")).toMatch(/^"tenant";r=0;t=\d+$/);
    await set(`tenant/${tenant.tenantId}`, undefined, "DELETE");
    expect((await list()).headers.get("ratelimit")).toBe('"key";r=999;t=10');
  });

  it("is only counted in shadow mode, and told of in the log", async () => {
    await set(`key/${keyId}`, { quota: { limit: 1 }, mode: "shadow", reason: "a test" });
    const responses = [await list(), await list(), await list()];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(responses[2]?.headers.get("ratelimit")).toMatch(/^"key";r=0;t=\d+$/);
    expect(here.logged.filter((line) => line.includes("shadow mode") && line.includes(keyId))).toHaveLength(1);
    const statistics = await set("statistics", undefined, "GET");
    const { items } = (await statistics.json()) as { items: { route: string; shadowed: number; refused: number }[] }; // safe: asserted
    expect(items.find(({ route }) => route === "listGoals")?.shadowed).toBeGreaterThanOrEqual(2);
    expect(items.find(({ route }) => route === "listGoals")?.refused).toBeGreaterThanOrEqual(1);
  });
});

describe("overrides", () => {
  it("are in force in another process within a second, and lifted within one", async () => {
    expect((await list(there)).status).toBe(200);
    await set(`key/${keyId}/block`, { seconds: 60, reason: "a test" });
    const blockedMs = await until(async () => (await list(there)).status === 429, 2_000);
    expect(blockedMs).toBeLessThan(1_000);
    expect(await (await list(there)).json()).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#abnormal-usage-detected",
      code: "blocked",
    });
    expect(Number((await list(there)).headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await set(`key/${keyId}/block`, undefined, "DELETE")).status).toBe(204);
    expect(await until(async () => (await list(there)).status === 200, 2_000)).toBeLessThan(1_000);
    expect((await set(`key/${keyId}/block`, undefined, "DELETE")).status).toBe(404);
  });

  it("end by themselves", async () => {
    await set(`key/${keyId}`, { quota: { limit: 1 }, seconds: 3, reason: "a test" });
    expect((await list()).status).toBe(200);
    expect((await list()).status).toBe(429);
    await until(async () => (await list()).status === 200, 6_000);
  });

  it("hold for every subject of a kind, and for one operation", async () => {
    await set("route/listGoals", { quota: { limit: 1 }, reason: "a test" });
    const stranger = await here.tenant();
    const responses = [await list(), await list(here, stranger.key)];
    expect(responses.map(({ status }) => status)).toEqual([200, 429]);
    expect(responses[1]?.headers.get("ratelimit")).toMatch(/^"route";r=0;/);
    expect((await here.fetch(edges.api, "/v1/interactions", asking(tenant.key, "GET"))).status).toBe(200);
    await set("route/listGoals", undefined, "DELETE");

    await set("user/*", { quota: { limit: 7 }, reason: "a test" });
    const { policies, overrides } = (await (
      await here.fetch(edges.ops, "/v1/limits", asking(operator.key, "GET"))
    ).json()) as {
      policies: { name: string }[];
      overrides: object[];
    }; // safe: asserted
    expect(policies.map(({ name }) => name)).toEqual(["address", "neighbour", "key", "user", "tenant", "run"]);
    expect(overrides[0]).toMatchObject({
      subjectKind: "user",
      subjectId: "*",
      limit: 7,
      windowSeconds: 60,
      reason: "a test",
      setBy: expect.stringMatching(/^key:/),
      until: null,
    });
    await set("user/*", undefined, "DELETE");
  });

  it("replace each other, and remember who set what", async () => {
    for (const limit of [5, 6]) await set(`key/${keyId}`, { quota: { limit }, reason: `limit ${limit}` });
    const { rows } = await here.pool.query(
      "select limit_units, tenant_id, set_by, reason, lifted_by from limit_overrides where subject_id = $1 order by created_at",
      [keyId],
    );
    const by = expect.stringMatching(/^key:/);
    expect(rows).toEqual([
      { limit_units: 5, tenant_id: tenant.tenantId, set_by: by, reason: "limit 5", lifted_by: by },
      { limit_units: 6, tenant_id: tenant.tenantId, set_by: by, reason: "limit 6", lifted_by: null },
    ]);
  });

  it.each([
    [{ reason: "neither a quota nor a mode" }],
    [{ quota: { limit: 0 }, reason: "nothing" }],
    [{ quota: { limit: 1 } }],
    [{ quota: { limit: 1 }, reason: "too long", seconds: 31_536_001 }],
  ])("refuse %o", async (body) => {
    expect((await set(`key/${keyId}`, body)).status).toBe(422);
    expect((await set("planet/x", { quota: { limit: 1 }, reason: "a test" })).status).toBe(422);
  });
});

describe("an address", () => {
  const from = (address: string, path = "/v1/goals", edge = edges.api) =>
    here.fetch(edge, path, asking(undefined, "GET", undefined, { [ADDRESS_HEADER]: address }));

  it("is limited before authentication, of IPv6 with its /64, whatever the path", async () => {
    await set(`address/${encodeURIComponent("2001:db8:5::1")}`, { quota: { limit: 2 }, reason: "a test" });
    expect((await from("2001:db8:5::1")).status).toBe(401);
    expect((await from("2001:db8:5::2", "/nothing")).status).toBe(404);
    const refused = await from("2001:db8:5::3");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit")).toMatch(/^"address";r=0;t=\d+$/);
    expect((await from("2001:db8:5:1::3")).status).toBe(401);
  });

  it("is shown its limit where no caller is known", async () => {
    const response = await from("198.51.100.1", "/health", edges.ops);
    expect(response.headers.get("ratelimit-policy")).toBe('"address";q=6000;w=60;rainwire-burst=1000');
    expect(response.headers.get("ratelimit")).toMatch(/^"address";r=(999|1000);t=10$/);
  });
});

describe("abuse", () => {
  const eventsOf = async (subjectId: string) =>
    (
      await here.pool.query(
        "select data, tenant_id from events where name = 'limits.abuse_detected' and data->>'subjectId' = $1",
        [subjectId],
      )
    ).rows;

  it("by an address is told once, and an operator's decision about it counts", async () => {
    const address = "203.0.113.50";
    const headers = { [ADDRESS_HEADER]: address };
    for (let i = 0; i < 130; i++)
      await here.fetch(edges.api, "/v1/goals", asking("rw_wrong", "GET", undefined, headers));
    await expect.poll(() => eventsOf(address)).toHaveLength(1);
    const [{ data, tenant_id }] = await eventsOf(address);
    expect(tenant_id).toBe("platform");
    expect(data).toEqual({
      incidentId: expect.any(String),
      kind: "unauthenticated",
      subjectKind: "address",
      subjectId: address,
      count: 60,
      windowSeconds: 60,
      blocksToday: 0,
    });
    const decided = await set(`incidents/${data.incidentId}/decision`, {
      decision: "block",
      seconds: 60,
      reason: "a test",
    });
    expect(await decided.json()).toMatchObject({ status: "blocked", decidedBy: expect.stringMatching(/^key:/) });
    expect((await here.fetch(edges.api, "/openapi.json", { headers })).status).toBe(429);
    await set(`incidents/${data.incidentId}/decision`, { decision: "dismiss", reason: "a mistake" });
    expect((await here.fetch(edges.api, "/openapi.json", { headers })).status).toBe(200);
    const listed = await set("incidents", undefined, "GET");
    expect(await listed.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: data.incidentId, status: "dismissed" })]),
    });
  });

  it("by a key is its tenant's", async () => {
    for (let i = 0; i < 310; i++) await here.fetch(edges.api, `/v1/goals/${uuidv7()}`, asking(tenant.key, "GET"));
    await expect.poll(() => eventsOf(keyId)).toHaveLength(1);
    expect(await eventsOf(keyId)).toMatchObject([
      { tenant_id: tenant.tenantId, data: { kind: "not_found", count: 300 } },
    ]);
  });

  describe("decided by a workflow run", () => {
    const decide = (token: string, incidentId: string, body: object) =>
      here.fetch(edges.hooks, `/v1/limits/incidents/${incidentId}/decision`, asking(token, "PUT", body));

    async function runAbout(incidentId: string): Promise<string> {
      const executionId = uuidv7();
      await here.pool.query(
        `insert into workflow_executions (id, tenant_id, workflow_id, instance_id, trigger_type, trigger, event_id, payload, status)
         values ($1, $2, 'limit-enforcer', 'main', 'event', 'limits.abuse_detected', $3, $4, 'running')`,
        [executionId, tenant.tenantId, uuidv7(), JSON.stringify({ incidentId })],
      );
      return await runToken(here, tenant, executionId, ["run:limits.enforce"]);
    }

    it("limits the caller, tells the owners once, and does the same at a repetition", async () => {
      const incidentId = await insertIncident(here, tenant, keyId);
      const token = await runAbout(incidentId);
      const body = {
        decision: "limit",
        limit: 1,
        windowSeconds: 60,
        seconds: 60,
        reason: "Too much.",
        tell: ["owners"],
      };
      for (let i = 0; i < 2; i++) {
        const response = await decide(token, incidentId, body);
        expect(await response.json()).toMatchObject({ status: "limited", reason: "Too much." });
      }
      expect([(await list()).status, (await list()).status]).toEqual([200, 429]);
      const { rows } = await here.pool.query("select title, user_id from notifications where tenant_id = $1", [
        tenant.tenantId,
      ]);
      expect(rows).toEqual([{ title: `Limited: key ${keyId}`, user_id: tenant.userId }]);
    });

    it("asks a person, whose decision stands", async () => {
      const incidentId = await insertIncident(here, tenant, keyId);
      const token = await runAbout(incidentId);
      expect(await (await decide(token, incidentId, { decision: "ask", reason: "Unsure." })).json()).toMatchObject({
        status: "asked",
      });
      const told = await here.pool.query("select user_id from notifications where body like $1", [`%${incidentId}%`]);
      expect(told.rows).toEqual([{ user_id: operator.userId }]);
      await set(`incidents/${incidentId}/decision`, { decision: "block", seconds: 60, reason: "Yes." });
      const late = { decision: "dismiss", reason: "Nobody decided in time." };
      expect((await decide(token, incidentId, late)).status).toBe(409);
      const fallback = await decide(token, incidentId, { ...late, unlessDecided: true });
      expect(await fallback.json()).toMatchObject({ status: "blocked", reason: "Yes." });
      expect((await list()).status).toBe(429);
    });

    it("is about the incident that drives it, and no other", async () => {
      const [incidentId, another] = [
        await insertIncident(here, tenant, keyId),
        await insertIncident(here, tenant, "key-2"),
      ];
      const token = await runAbout(incidentId);
      const body = { decision: "block", seconds: 60, reason: "Not mine." };
      expect((await decide(token, another, body)).status).toBe(404);
      expect((await here.pool.query("select status from abuse_incidents where id = $1", [another])).rows).toEqual([
        { status: "open" },
      ]);
    });
  });
});

describe("while the processes' common count is away", () => {
  const away: QuotaStore = { exchange: async () => undefined };
  let alone: TestInstance;
  beforeAll(async () => {
    alone = await openTestInstance({ beside: here, limits: { store: away } });
  });
  afterAll(() => alone.close());

  it("refuses with 503 where a route says so", async () => {
    const key = await tenant.keyWith("keys:manage");
    const input = { name: "Another", scopes: ["goals:read"] };
    const response = await alone.fetch(edges.api, "/v1/api-keys", asking(key, "POST", input));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
      code: "limits_unavailable",
      "violated-policies": ["key"],
    });
  });

  it("counts in this process where a route does not say otherwise", async () => {
    await set(`key/${keyId}`, { quota: { limit: 2 }, reason: "a test" });
    await until(
      async () => (await list(alone)).headers.get("ratelimit-policy")?.includes('"key";q=2;') ?? false,
      2_000,
    );
    const statuses = [(await list(alone)).status, (await list(alone)).status];
    expect(statuses).toContain(429);
  });
});
