import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createReports } from "#functions/reports/app.ts";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import { parseDecimal } from "#shared/kernel/money.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertUsage, usageRecordOf } from "#tests/support/usage.ts";

const api = createApi();
const reports = createReports();
const OCTOBER = "period=2026-10";

let rainwire: TestInstance;
let acme: TestTenant;
let globex: TestTenant;
let finance: TestTenant;
let invocationId: string;

/** October: two requests of Acme, one of Globex, 3 ms of CPU each, and Cloudflare's plan of $5. */
beforeAll(async () => {
  rainwire = await openTestInstance();
  acme = await rainwire.tenant();
  globex = await rainwire.tenant();
  finance = await rainwire.tenant({ isFinance: true });
  await putAccount(
    rainwire.database,
    {
      id: "cloudflare-main",
      name: "Cloudflare",
      cards: ["cloudflare/workers-paid"],
      fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
    },
    null,
  );
  const records = [acme, acme, globex].map(({ tenantId }, index) =>
    usageRecordOf({ tenantId, startedAtMs: Date.parse("2026-10-05T10:00:00Z") + index }),
  );
  invocationId = records[0]?.id ?? "";
  await insertUsage(rainwire.database, records);
  await rollUpUsage(rainwire.database);
  await pricePeriod(rainwire.database, "2026-10", { cause: "recompute" });
});
afterAll(() => rainwire.close());

const ask = (path: string, key: string, headers: Record<string, string> = {}) =>
  rainwire.fetch(api, path, asking(key, "GET", undefined, headers));
const read = async (path: string, key: string) => (await ask(path, key)).json();

interface Figures {
  listCost: string;
  effectiveCost: string;
}

describe("costs through the API", () => {
  it("are everybody's for finance, and the own for a tenant, whatever it asks for", async () => {
    const all = await read(`/v1/costs/summary?${OCTOBER}`, finance.key);
    expect(all).toMatchObject({ from: "2026-10-01", to: "2026-11-01", effectiveCost: "5", invocations: 3 });
    const asked = `${OCTOBER}&tenantId=${globex.tenantId}`;
    const [own, same, other, theirs] = (await Promise.all([
      read(`/v1/costs/summary?${OCTOBER}`, acme.key),
      read(`/v1/costs/summary?${asked}`, acme.key),
      read(`/v1/costs/summary?${asked}`, finance.key),
      read(`/v1/costs/summary?${OCTOBER}`, globex.key),
    ])) as [Figures, Figures, Figures, Figures]; // safe: asserted below
    expect(own.listCost).toBe("0.00000072"); // 2 × 0.0000003 + 6 × 0.00000002
    expect(same).toEqual(own);
    expect(other.effectiveCost).toBe(theirs.effectiveCost);
    expect(parseDecimal(own.effectiveCost).plus(parseDecimal(theirs.effectiveCost)).toFixed()).toBe("5");
  });

  it("come along a dimension, in pages, and as CSV by Accept", async () => {
    const first = await read(`/v1/costs/by/tenant?${OCTOBER}&limit=1`, finance.key);
    expect(first).toMatchObject({ items: [{ key: acme.tenantId, listCost: "0.00000072" }], next: expect.any(String) });
    const { next } = first as { next: string };
    const second = await read(`/v1/costs/by/tenant?${OCTOBER}&limit=1&before=${encodeURIComponent(next)}`, finance.key);
    expect(second).toMatchObject({ items: [{ key: globex.tenantId }], next: null });
    const csv = await ask(`/v1/costs/by/function?${OCTOBER}`, acme.key, { accept: "text/csv" });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(csv.headers.get("vary")).toBe("accept");
    const [header, row] = (await csv.text()).split("\r\n");
    expect(header).toBe("function,list_cost_usd,effective_cost_usd,is_allocated,evidence,unmeasured_invocations");
    expect(row).toMatch(/^api,0\.00000072,3\.\d+,true,.*,0$/);
    const trend = await ask(`/v1/costs/trend?${OCTOBER}`, acme.key, { accept: "text/csv;q=1, application/json;q=0.5" });
    expect((await trend.text()).split("\r\n")).toHaveLength(33); // heading, 31 days, the end
  });

  it("tell one invocation's meters with price, date, source and evidence", async () => {
    const cost = await read(`/v1/costs/invocations/${invocationId}`, acme.key);
    expect(cost).toMatchObject({
      function: "api",
      items: expect.arrayContaining([
        expect.objectContaining({
          meter: "requests",
          quantity: "1",
          unitPrice: "0.0000003",
          priceDate: "2024-03-01",
          priceLevel: "O",
          evidence: "metered",
          listCost: "0.0000003",
        }),
      ]),
    });
    expect((await ask(`/v1/costs/invocations/${invocationId}`, globex.key)).status).toBe(404);
  });

  it.each([
    ["/v1/costs/by/colour", 422, "path/dimension"],
    ["/v1/costs/summary?from=2026-10-05&to=2026-10-05", 422, "query/to"],
    ["/v1/costs/summary?from=2020-01-01&to=2026-10-05", 422, "query/from"],
    ["/v1/costs/trend?from=yesterday", 422, "query/from"],
    ["/v1/costs/changes?againstFrom=2026-09-01", 422, "query/againstFrom"],
  ])("refuse %s by naming the field", async (path, status, pointer) => {
    const response = await ask(path, finance.key);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: "invalid_request", errors: [{ pointer }] });
  });

  it.each(["/v1/costs/by/tenant", "/v1/costs/periods", "/v1/costs/periods/2026-10/focus"])(
    "keep %s for finance",
    async (path) => {
      const response = await ask(path, acme.key);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "scope_missing" });
    },
  );

  it("hold a key of finance to what its maker is: no more finance, no more reading of all", async () => {
    const past = await rainwire.tenant({ isFinance: true });
    expect((await ask("/v1/costs/periods", past.key)).status).toBe(200);
    await rainwire.pool.query(`update "user" set is_finance = false where id = $1`, [past.userId]);
    expect((await ask("/v1/costs/periods", past.key)).status).toBe(403);
    expect(await read(`/v1/costs/summary?${OCTOBER}`, past.key)).toMatchObject({ invocations: 0 });
  });

  it("explain a change whose parts sum to it", async () => {
    const change = await read(`/v1/costs/changes?${OCTOBER}`, finance.key);
    expect(change).toMatchObject({
      span: { from: "2026-10-01" },
      against: { from: "2026-09-01" },
      before: "0",
      after: "5",
    });
  });
});

describe("budgets through the API", () => {
  it("are set, read with how they stand, and deleted by their owner", async () => {
    const input = { name: "All of it", monthlyUsd: "4.00", thresholds: [{ percent: 50, of: "actual" }] };
    const set = await rainwire.fetch(api, "/v1/costs/budgets", asking(acme.key, "PUT", input));
    const budget = (await set.json()) as { id: string };
    expect([set.status, budget]).toMatchObject([200, { owner: acme.tenantId, tenantId: acme.tenantId }]);
    const list = await read(`/v1/costs/budgets?${OCTOBER}`, acme.key);
    expect(list).toMatchObject({
      items: [{ budget: { name: "All of it" }, reached: [{ percent: 50, of: "actual" }] }],
    });
    expect(await read("/v1/costs/budgets", globex.key)).toEqual({ items: [] });
    const wrong = await rainwire.fetch(
      api,
      "/v1/costs/budgets",
      asking(acme.key, "PUT", { ...input, monthlyUsd: "-1" }),
    );
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ pointer: "/monthlyUsd" }] }]);
    const removal = () => rainwire.fetch(api, `/v1/costs/budgets/${budget.id}`, asking(acme.key, "DELETE"));
    expect([(await removal()).status, (await removal()).status]).toEqual([204, 404]);
  });
});

describe("a month through the API", () => {
  const close = (period: string, key: string) =>
    rainwire.fetch(api, `/v1/costs/periods/${period}/close`, asking(key, "POST"));

  it("is closed once, by name, and corrected from then on", async () => {
    const running = await close(new Date().toISOString().slice(0, 7), finance.key);
    expect([running.status, await running.json()]).toMatchObject([409, { code: "period_running" }]);
    const early = asking(finance.key, "POST", { reason: "too early" });
    const open = await rainwire.fetch(api, "/v1/costs/periods/2026-10/correct", early);
    expect([open.status, await open.json()]).toMatchObject([409, { code: "period_open" }]);
    expect((await close("2026-10", acme.key)).status).toBe(403);

    const closed = await close("2026-10", finance.key);
    expect([closed.status, await closed.json()]).toMatchObject([200, { period: "2026-10", missingRecords: 0 }]);
    const again = await close("2026-10", finance.key);
    expect([again.status, await again.json()]).toMatchObject([409, { code: "period_closed" }]);
    expect(await read("/v1/costs/periods", finance.key)).toMatchObject({
      items: [{ period: "2026-10", state: "closed", closedBy: expect.stringMatching(/^key:/), corrections: 0 }],
    });

    const late = usageRecordOf({ tenantId: globex.tenantId, startedAtMs: Date.parse("2026-10-06T10:00:00Z") });
    await insertUsage(rainwire.database, [late]);
    const correction = asking(finance.key, "POST", { reason: "a record came late" });
    const corrected = await rainwire.fetch(api, "/v1/costs/periods/2026-10/correct", correction);
    expect(corrected.status).toBe(200);
    expect(await read(`/v1/costs/summary?${OCTOBER}`, finance.key)).toMatchObject({
      effectiveCost: "5",
      invocations: 4,
    });
  });

  it("stands beside its invoices, and leaves as FOCUS", async () => {
    const statement = await read("/v1/costs/periods/2026-10/reconciliation", finance.key);
    expect(statement).toMatchObject({
      period: "2026-10",
      totals: [{ accountId: "cloudflare-main", meteredCost: "5" }],
    });
    const csv = await ask("/v1/costs/periods/2026-10/focus", finance.key, { accept: "text/csv" });
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="focus-1.4-cost-and-usage-2026-10.csv"');
    expect((await csv.text()).split("\r\n")[0]).toContain("BilledCost");
    const json = await ask("/v1/costs/periods/2026-10/focus?version=1.2", finance.key);
    expect((await json.json()) as unknown[]).not.toHaveLength(0); // safe: asserted by use
    const wrong = await ask("/v1/costs/periods/2026-10/focus?version=1.2&dataset=invoice-detail", finance.key);
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ pointer: "query/dataset" }] }]);
  });
});

describe("a page", () => {
  const page = (path: string, headers: Record<string, string> = {}) =>
    rainwire.fetch(reports, path, { headers: { accept: "text/html", ...headers }, redirect: "manual" });

  it("leads who is not signed in to where that is done, and back to itself only", async () => {
    const response = await page("/by/day?period=2026-10");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/reports/sign-in?next=%2Freports%2Fby%2Fday%3Fperiod%3D2026-10");
    const form = await (await page("/sign-in?next=https://elsewhere.example/reports")).text();
    expect(form).toContain('name="next" value="/reports/"');
  });

  it("lets in no script, no frame and nothing from elsewhere, and is kept by no cache", async () => {
    const response = await page(`/?${OCTOBER}`, { authorization: `Bearer ${acme.key}` });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(await response.text()).not.toMatch(/<script|<link|https?:\/\//);
  });

  it("says as a page what a problem document says to programs", async () => {
    const asPage = await page("/by/tenant", { authorization: `Bearer ${acme.key}` });
    expect(asPage.status).toBe(403);
    expect(await asPage.text()).toContain("This is not open to you");
    const document = await rainwire.fetch(reports, "/by/tenant", asking(acme.key, "GET"));
    expect(document.headers.get("content-type")).toBe("application/problem+json");
  });
});

it("meets no unexpected error on the way", () => {
  expect(rainwire.logged).toEqual([]);
});
