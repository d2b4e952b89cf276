import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openTestAccounts, type TestAccounts } from "#tests/support/accounts.ts";
import { type CostDemo, type Person, seedCostDemo } from "#tests/support/cost-demo.ts";
import { makeDataDir, startMain } from "#tests/support/host.ts";

/** A host in a process of its own, on a database with the demo's costs. */
export interface ReportsHost {
  readonly url: string;
  readonly demo: CostDemo;
  readonly accounts: TestAccounts;
  /** A page of a browser that is signed in as this person. */
  open(browser: Browser, person: Person, options?: BrowserContextOptions): Promise<Page>;
  stop(): Promise<void>;
}

export async function startReportsHost(): Promise<ReportsHost> {
  const accounts = await openTestAccounts();
  const demo = await seedCostDemo(accounts, Date.now());
  const dataDir = makeDataDir();
  const host = startMain({ DATABASE_URL: accounts.databaseUrl, RAINWIRE_DATA_DIR: dataDir.path, LOG_LEVEL: "warn" });
  const url = await host.listening;
  return {
    url,
    demo,
    accounts,
    async open(browser, { email, password }, options = {}) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      await page.goto(`${url}/reports/`);
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      return page;
    },
    async stop() {
      host.child.kill("SIGTERM");
      await host.ended;
      await accounts.close();
      dataDir.remove();
    },
  };
}
