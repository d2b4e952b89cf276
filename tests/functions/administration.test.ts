import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { registerN8n } from "#tests/support/domain.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  await registerN8n(rainwire);
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

describe("a workflow mapping", () => {
  const mapping = {
    trigger: "goal.update",
    workflowId: "mine",
    instanceId: "main",
    webhookPath: "webhook/mine",
    operations: ["run:goals.read"],
  };
  const create = (body: object, key = tenant.key, query = "") =>
    rainwire.fetch(api, `/v1/workflow-mappings${query}`, asking(key, "POST", body));

  it.each([
    ["trigger", { trigger: "goal.dream" }],
    ["operations/0", { operations: ["goals:write"] }],
    ["operations/0", { operations: ["run:claim"] }],
    ["webhookPath", { webhookPath: "https://evil.example" }],
    ["webhookPath", { webhookPath: "/webhook" }],
    ["webhookPath", { webhookPath: "webhook/../rest/login" }],
    ["webhookPath", { webhookPath: "webhook/%2e%2e/x" }],
  ])("is refused for its %s: %j", async (field, wrong) => {
    const response = await create({ ...mapping, ...wrong });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: `/${field}` }] });
  });

  it("is the tenant's own, and the platform's for operators only", async () => {
    const made = await create(mapping);
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect((await create(mapping)).status).toBe(409);
    expect(await (await create({ ...mapping, workflowId: "lost", instanceId: "none" })).json()).toMatchObject({
      code: "unknown_workflow",
    });
    expect(await (await create(mapping, tenant.key, "?owner=platform")).json()).toMatchObject({
      status: 403,
      detail: "The platform's mappings are changed with the scope operator:mappings only.",
    });
    const operator = await rainwire.tenant({ isOperator: true });
    const platform = await create(mapping, operator.key, "?owner=platform");
    expect([platform.status, await platform.json()]).toMatchObject([201, { tenantId: null }]);
    const path = `/v1/workflow-mappings/${id}`;
    const change = asking(operator.key, "PATCH", { isActive: false });
    expect((await rainwire.fetch(api, `${path}?owner=platform`, change)).status).toBe(404);
    const paused = await rainwire.fetch(api, path, asking(tenant.key, "PATCH", { isActive: false }));
    expect(await paused.json()).toMatchObject({ isActive: false, priority: 0, webhookPath: "webhook/mine" });
    const list = await rainwire.fetch(api, "/v1/workflow-mappings", asking(tenant.key, "GET"));
    expect(((await list.json()) as { items: unknown[] }).items).toHaveLength(2);
    expect((await rainwire.fetch(api, path, asking(tenant.key, "DELETE"))).status).toBe(204);
  });
});

describe("an API key", () => {
  it("is shown once, never holds more than its maker, and opens nothing once revoked", async () => {
    const maker = await tenant.keyWith("keys:manage", "goals:read");
    const make = (scopes: string[]) =>
      rainwire.fetch(api, "/v1/api-keys", asking(maker, "POST", { name: "Child", scopes }));
    expect(await (await make(["goals:write"])).json()).toMatchObject({
      code: "scope_missing",
      detail: "You do not hold goals:write yourself.",
    });
    const made = await make(["goals:read"]);
    expect(made.headers.get("cache-control")).toBe("no-store");
    const { id, key } = (await made.json()) as { id: string; key: string };
    const list = await rainwire.fetch(api, "/v1/api-keys", asking(maker, "GET"));
    const text = await list.text();
    expect(text).toContain(id);
    expect(text).not.toContain(key);
    expect((await rainwire.fetch(api, "/v1/goals", asking(key, "GET"))).status).toBe(200);
    expect((await rainwire.fetch(api, `/v1/api-keys/${id}`, asking(maker, "DELETE"))).status).toBe(204);
    expect((await rainwire.fetch(api, "/v1/goals", asking(key, "GET"))).status).toBe(401);
  });

  it("learns whom it stands for, whatever its scopes", async () => {
    const answer = await rainwire.fetch(api, "/v1/me", asking(await tenant.keyWith("goals:read"), "GET"));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      kind: "key",
      tenantId: tenant.tenantId,
      userId: tenant.userId,
      keyId: expect.any(String),
      scopes: ["goals:read"],
    });
  });
});
