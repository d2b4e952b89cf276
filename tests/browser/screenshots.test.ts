import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium, launchChromium } from "./browser.ts";
import { type ReportsHost, startReportsHost } from "./reports-host.ts";

const directory = process.env.SCREENSHOTS_DIR;
const executable = findChromium();
const DESK = { viewport: { width: 1100, height: 800 } };

/** The pictures of docs/costs.md. */
describe.skipIf(directory === undefined || executable === undefined)(
  "the pictures, taken where SCREENSHOTS_DIR says (npm run screenshots)",
  () => {
    let browser: Browser;
    let host: ReportsHost;
    beforeAll(async () => {
      mkdirSync(directory ?? "", { recursive: true });
      [browser, host] = await Promise.all([launchChromium(executable ?? ""), startReportsHost()]);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await host?.stop();
    });

    const shots = (): [name: string, path: string, options: BrowserContextOptions][] => [
      ["costs-overview", "/reports/", DESK],
      ["costs-overview-dark", "/reports/", { ...DESK, colorScheme: "dark" }],
      ["costs-phone", "/reports/by/function", { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }],
      ["costs-by-function", "/reports/by/function", DESK],
      ["costs-invocation", `/reports/invocations/${host.demo.invocationId}`, DESK],
      ["costs-budgets", "/reports/budgets", DESK],
      ["costs-changes", "/reports/changes", DESK],
      ["costs-reconciliation", `/reports/periods/${host.demo.months[0]}/reconciliation`, DESK],
      ["costs-close", `/reports/periods/${host.demo.months[0]}/close`, DESK],
    ];

    it("are taken", async () => {
      for (const [name, path, options] of shots()) {
        const page = await host.open(browser, host.demo.finance, options);
        expect((await page.goto(`${host.url}${path}`))?.status(), path).toBe(200);
        await page.screenshot({ path: join(directory ?? "", `${name}.png`), fullPage: !name.endsWith("phone") });
        await page.context().close();
      }
    });
  },
);
