import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertEndpointDelivery } from "#tests/support/domain.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

const ask = (method: string, path: string, body?: unknown) =>
  rainwire.fetch(api, `/v1/webhook-endpoints${path}`, asking(tenant.key, method, body));

async function make(body: object = {}): Promise<{ id: string; secret: string }> {
  const response = await ask("POST", "", { url: "https://example.com/hook", ...body });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; secret: string }; // safe: asserted by use
}

describe("a webhook endpoint", () => {
  it.each([
    ["url", { url: "http://10.0.0.1/" }, "is a private or reserved address; an operator can allow it"],
    ["url", { url: "http://localhost/" }, "names a local host; an operator can allow it"],
    ["url", { url: "nonsense" }, "is not an http or https URL without credentials"],
    ["eventTypes/0", { eventTypes: ["goal.dreamt"] }, "is no event type, `goal.*` or `*`"],
    ["eventTypes/0", { eventTypes: ["go*"] }, "is no event type, `goal.*` or `*`"],
  ])("is refused for its %s: %j", async (field, wrong, detail) => {
    const response = await ask("POST", "", { url: "https://example.com/", ...wrong });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "invalid_request",
      errors: [{ pointer: `/${field}`, detail }],
    });
  });

  it("shows its secret when it is made and when it is rotated, and nowhere else", async () => {
    const made = await ask("POST", "", { url: "https://example.com/hook" });
    expect(made.headers.get("cache-control")).toBe("no-store");
    const { id, secret } = (await made.json()) as { id: string; secret: string };
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rotated = (await (await ask("POST", `/${id}/rotate-secret`, {})).json()) as { secret: string };
    expect(rotated.secret).not.toBe(secret);
    for (const path of ["", `/${id}`]) {
      const text = await (await ask("GET", path)).text();
      expect(text).not.toContain("whsec_");
      expect(text).toContain(id);
    }
    const { rows } = await rainwire.pool.query("select to_jsonb(w)::text as row from webhook_endpoints w");
    expect(JSON.stringify(rows)).not.toContain(secret.slice("whsec_".length, 30));
  });

  it("is changed by what is named, and only that", async () => {
    const { id } = await make({ eventTypes: ["goal.*"], subject: "goals/*", description: "CRM" });
    const paused = await (await ask("PATCH", `/${id}`, { status: "paused" })).json();
    expect(paused).toMatchObject({ status: "paused", eventTypes: ["goal.*"], subject: "goals/*", description: "CRM" });
    const moved = await (
      await ask("PATCH", `/${id}`, { subject: null, url: "https://example.org/", isOrdered: true })
    ).json();
    expect(moved).toMatchObject({ subject: null, url: "https://example.org/", isOrdered: true, status: "paused" });
    const refused = await ask("PATCH", `/${id}`, { url: "http://169.254.169.254/" });
    expect([refused.status, await refused.json()]).toMatchObject([422, { errors: [{ pointer: "/url" }] }]);
    expect((await ask("DELETE", `/${id}`)).status).toBe(204);
    expect((await ask("GET", `/${id}`)).status).toBe(404);
  });

  it("has a log of deliveries, with filters, and their requests", async () => {
    const { id } = await make();
    const eventIds = [];
    for (let i = 0; i < 3; i++) eventIds.unshift(await insertEndpointDelivery(rainwire, tenant, id));
    const first = (await (await ask("GET", `/${id}/deliveries?limit=2`)).json()) as { items: object[]; next: string };
    expect(first).toMatchObject({ items: [{ eventId: eventIds[0] }, { eventId: eventIds[1] }], next: eventIds[1] });
    const second = await (await ask("GET", `/${id}/deliveries?limit=2&before=${first.next}`)).json();
    expect(second).toMatchObject({ items: [{ eventId: eventIds[2] }], next: null });
    for (const filter of ["status=dead", "eventType=goal.deleted"]) {
      expect(await (await ask("GET", `/${id}/deliveries?${filter}`)).json()).toEqual({ items: [], next: null });
    }
    expect(await (await ask("GET", `/${id}/deliveries/${eventIds[0]}`)).json()).toMatchObject({
      eventType: "goal.created",
      status: "delivered",
      attemptLog: [{ attempt: 1, outcome: "delivered", httpStatus: 204, durationMs: 7 }],
    });
  });

  it("is refused beyond a thousand", async () => {
    const rich = await rainwire.tenant();
    await rainwire.pool.query(
      `insert into webhook_endpoints (tenant_id, url, event_types, secret_encrypted)
       select $1, 'https://example.com', '{*}', 'x' from generate_series(1, 1000)`,
      [rich.tenantId],
    );
    const response = await rainwire.fetch(
      api,
      "/v1/webhook-endpoints",
      asking(rich.key, "POST", { url: "https://example.com/" }),
    );
    expect([response.status, await response.json()]).toMatchObject([409, { code: "limit_reached" }]);
  });
});

describe("a replay", () => {
  it.each([{}, { since: "yesterday" }, { eventId: "x" }, { since: "2026-11-20T10:00:00Z", which: "some" }])(
    "is refused when it says %j",
    async (body) => {
      const { id } = await make();
      expect((await ask("POST", `/${id}/replay`, body)).status).toBe(422);
    },
  );

  it("of an event that the tenant never had is refused", async () => {
    const { id } = await make();
    const response = await ask("POST", `/${id}/replay`, { eventId: "01900000-0000-7000-8000-000000000000" });
    expect(response.status).toBe(404);
  });
});
