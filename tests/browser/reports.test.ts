import { source } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium, launchChromium } from "./browser.ts";
import { type ReportsHost, startReportsHost } from "./reports-host.ts";

const executable = findChromium();
const PHONE = { viewport: { width: 360, height: 740 } };

describe.skipIf(executable === undefined)(
  executable ? "the pages in Chromium" : "the pages, not shown: no Chromium is on PATH and Playwright has none",
  () => {
    let browser: Browser;
    let host: ReportsHost;
    beforeAll(async () => {
      [browser, host] = await Promise.all([launchChromium(executable ?? ""), startReportsHost()]);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await host?.stop();
    });

    const paths = () => [
      "/reports/",
      "/reports/by/function",
      "/reports/by/tenant",
      "/reports/by/run?limit=10",
      "/reports/by/day",
      "/reports/by/meter",
      `/reports/runs/${host.demo.runId}`,
      `/reports/invocations/${host.demo.invocationId}`,
      "/reports/budgets",
      "/reports/changes",
      "/reports/periods",
      `/reports/periods/${host.demo.months[0]}`,
      `/reports/periods/${host.demo.months[0]}/reconciliation`,
      `/reports/periods/${host.demo.months[0]}/close`,
      "/reports/prices",
      "/reports/prices/cloudflare/workers-paid",
    ];

    it("lead from the overview to one invocation and its prices, without a script", async () => {
      const page = await host.open(browser, host.demo.finance, { javaScriptEnabled: false });
      await page.locator("section", { hasText: "By workflow" }).getByRole("link", { name: "planning-agent" }).click();
      await heading(page, "By workflow run");
      await page.getByRole("row").nth(1).getByRole("link").click();
      await heading(page, "Run of planning-agent");
      expect(await page.getByRole("row", { name: /input-tokens/ }).textContent()).toContain(
        "anthropic/claude-sonnet-4-6",
      );
      await page
        .getByRole("row", { name: /deliver-webhook/ })
        .last()
        .getByRole("link")
        .click();
      await heading(page, "Invocation of deliver-webhook");
      const requests = page.getByRole("row", { name: /cpu-ms/ });
      expect(await requests.textContent()).toMatch(/0\.00000002 USD.*since 2024-03-01.*workers-paid/);
      await requests.getByRole("link", { name: "cloudflare/workers-paid" }).click();
      await heading(page, "cloudflare/workers-paid");
      await page.context().close();
    });

    it("filter and sort by the URL, and take the rows away as CSV", async () => {
      const page = await host.open(browser, host.demo.finance, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Functions" }).click();
      const all = await firstColumn(page);
      expect(all).toContain("api");
      await page.getByRole("columnheader", { name: "Function" }).getByRole("link").click();
      expect(new URL(page.url()).searchParams.get("sort")).toBe("key");
      expect(await firstColumn(page)).toEqual(all.toSorted().toReversed());
      await page.getByRole("columnheader", { name: "Function" }).getByRole("link").click();
      expect(await firstColumn(page)).toEqual(all.toSorted());
      await page.getByLabel("Workflow").fill("planning-agent");
      await page.getByLabel("Tenant").selectOption({ label: "Globex" });
      await page.getByRole("button", { name: "Show" }).click();
      const { searchParams } = new URL(page.url());
      expect([searchParams.get("workflowId"), searchParams.get("sort")]).toEqual(["planning-agent", "key"]);
      const href = await page.getByRole("link", { name: "These rows as CSV" }).getAttribute("href");
      const csv = await page.context().request.get(`${host.url}${href}`);
      expect(csv.headers()["content-disposition"]).toMatch(/^attachment; filename="costs-by-function-.*\.csv"$/);
      expect((await csv.text()).split("\r\n")[0]).toBe(
        "\ufefffunction,list_cost_usd,effective_cost_usd,is_allocated,evidence,unmeasured_invocations",
      );
      await page.context().close();
    });

    it.each([
      ["a phone in the light", { ...PHONE, colorScheme: "light" as const }],
      ["a desk in the dark", { viewport: { width: 1200, height: 900 }, colorScheme: "dark" as const }],
    ])("are accessible, fit and ask nothing of anybody else: %s", async (_, options) => {
      const page = await host.open(browser, host.demo.finance, options);
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => {
        if (new URL(request.url()).origin !== host.url) complaints.push(request.url());
      });
      const colours = ["/reports/", "/reports/budgets", "/reports/changes"]; // in the dark only colours differ
      for (const path of paths()) {
        const answer = await page.goto(`${host.url}${path}`);
        expect(answer?.status(), path).toBe(200);
        expect(await page.locator("script, link[rel=stylesheet], [style]").count(), path).toBe(0);
        const width = await page.evaluate("document.documentElement.scrollWidth");
        expect(width, path).toBeLessThanOrEqual(options.viewport.width);
        if (colours.includes(path) || options.colorScheme === "light") {
          expect(await seriousProblems(page), path).toEqual([]);
        }
      }
      expect(complaints).toEqual([]);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(options.colorScheme === "dark" ? "rgb(17, 21, 27)" : "rgb(255, 255, 255)");
      await page.context().close();
    });

    it("draw one chart for a desk and one for a phone, each with a title and its figures in a table", async () => {
      const page = await host.open(browser, host.demo.finance);
      const chart = page.getByRole("img", { name: /Cost by day/ });
      expect(await chart.count()).toBe(1);
      await page.getByText("The figures of this chart").click();
      expect(await page.getByRole("columnheader", { name: "Day (UTC)" }).isVisible()).toBe(true);
      await page.setViewportSize(PHONE.viewport);
      expect(await chart.count()).toBe(1);
      await page.context().close();
    });

    it("print without menu and forms, with the figures of closed tables", async () => {
      const page = await host.open(browser, host.demo.finance);
      await page.emulateMedia({ media: "print" });
      expect(await page.getByRole("navigation", { name: "Reports" }).isVisible()).toBe(false);
      expect(await page.getByRole("button", { name: "Show" }).isVisible()).toBe(false);
      expect(await page.getByRole("heading", { name: "By function" }).isVisible()).toBe(true);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pdf.length).toBeGreaterThan(20_000);
      await page.context().close();
    });

    it("show a tenant its own costs only", async () => {
      const [own, other] = host.demo.tenants;
      const page = await host.open(browser, own ?? host.demo.finance);
      expect(await page.getByRole("link", { name: "Tenants" }).count()).toBe(0);
      expect(await page.content()).not.toContain(other?.tenantId);
      const refused = await page.goto(`${host.url}/reports/by/tenant`);
      expect(refused?.status()).toBe(403);
      await heading(page, "This is not open to you");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await page.goto(`${host.url}/reports/by/function?from=2026-01-01`);
      expect(new URL(page.url()).pathname).toBe("/reports/sign-in");
      await page.getByLabel("E-mail address").fill(own?.email ?? "");
      await page.getByLabel("Password").fill("not this one");
      await page.getByRole("button", { name: "Sign in" }).click();
      expect(await page.getByRole("alert").textContent()).toContain("not right");
      await page.getByLabel("Password").fill(own?.password ?? "");
      await page.getByRole("button", { name: "Sign in" }).click();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/reports/by/function?from=2026-01-01");
      await page.context().close();
    });

    it("close a month that is over, once and after asking, and say who and when", async () => {
      const [month, running] = host.demo.months;
      const page = await host.open(browser, host.demo.finance, { javaScriptEnabled: false });
      await page.goto(`${host.url}/reports/periods/${running}`);
      expect(await page.getByRole("link", { name: /Close this month/ }).count()).toBe(0);
      await page.getByRole("link", { name: "Periods" }).first().click();
      await page.getByRole("link", { name: month, exact: true }).click();
      await page.getByRole("link", { name: /Close this month/ }).click();
      await heading(page, `Close ${month}`);
      await page.getByRole("button", { name: `Close ${month}` }).click();
      await heading(page, `Close ${month}`); // the box is required
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: `Close ${month}` }).click();
      await heading(page, month);
      expect(await page.locator("dl.facts").textContent()).toMatch(/Stateclosed.*UTC by Finance Owner/);
      expect(await page.getByRole("link", { name: /Close this month/ }).count()).toBe(0);
      const again = await page.goto(`${host.url}/reports/periods/${month}/close`);
      expect(again?.status()).toBe(200);
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: `Close ${month}` }).click();
      expect(await page.textContent("main")).toContain("closed");
      const csv = await page.context().request.get(`${host.url}/reports/periods/${month}/focus`);
      expect((await csv.text()).split(",").slice(0, 2)).toEqual(["AllocatedMethodId", "AllocatedResourceId"]);
      await page.context().close();
    });

    it("set a budget by a form, and take none from another site", async () => {
      const [own] = host.demo.tenants;
      const page = await host.open(browser, own ?? host.demo.finance, { javaScriptEnabled: false });
      await page.getByRole("link", { name: "Budgets" }).click();
      await page.getByLabel("Name").fill("Our webhooks");
      await page.getByLabel("US dollars a month").fill("12.50");
      await page.getByLabel("Function (empty: all)").fill("hooks");
      await page.getByRole("button", { name: "Set" }).click();
      expect(await page.getByRole("row", { name: /Our webhooks/ }).textContent()).toContain("12.50");
      const stolen = { token: "0".repeat(64), name: "Stolen", monthlyUsd: "1", basis: "effective" };
      const forged = await page.context().request.post(`${host.url}/reports/budgets`, { form: stolen });
      expect(forged.status()).toBe(403);
      const foreign = await page.context().request.post(`${host.url}/reports/budgets`, {
        form: stolen,
        headers: { origin: "https://elsewhere.example" },
      });
      expect(foreign.status()).toBe(401);
      await page.getByRole("button", { name: "Delete the budget Our webhooks" }).click();
      expect(await page.getByText("Our webhooks").count()).toBe(0);
      await page.context().close();
    });
  },
);

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();

const firstColumn = (page: Page): Promise<string[]> => page.locator("tbody th[scope=row]").allTextContents();

/** What axe finds serious or critical, by rule and place. */
async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }; // safe: evaluated right before
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(" ")}`));
  });
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
}
