import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { type Bridge, openBridge } from "#tests/support/bridge.ts";
import { insertCosts } from "#tests/support/cost-rows.ts";

const CLI = join(import.meta.dirname, "../../../hosts/costs/cli.ts");

async function costs(bridge: Bridge, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: bridge.pool.options.connectionString };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string }; // safe: what execFile rejects with
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

it("budgets are set, listed and deleted from the command line", async () => {
  const bridge = await openBridge();
  await insertCosts(bridge.ctx.db, [{ day: "2026-10-05", tenantId: "acme", effective: "62.5" }]);
  const set = await costs(bridge, "budgets", "set", "--name", "All", "--usd", "250", "--threshold", "80");
  expect(set).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f-]{36} {2}All: 250 USD a month\n$/) });
  const id = set.out.slice(0, 36);
  const listed = await costs(bridge, "budgets", "--period", "2026-10");
  expect(listed.out).toBe(
    `${id}  All (all tenants, all functions; set by platform): 62.50 of 250.00 USD, 25.0 %, forecast 62.50 (62.50 to 62.50)\n`,
  );
  expect(await costs(bridge, "budgets", "set", "--name", "All", "--usd", "0")).toMatchObject({
    code: 1,
    err: expect.stringContaining("/monthlyUsd: must be an amount above 0"),
  });
  expect(await costs(bridge, "budgets", "delete", id)).toMatchObject({ code: 0 });
  expect((await costs(bridge, "budgets", "delete", id)).code).toBe(1);
});

it("a change is explained from the command line, in text and JSON, with its unusual days", async () => {
  const bridge = await openBridge();
  const days = ["01", "02", "03", "04", "05", "06", "07", "08"];
  await insertCosts(bridge.ctx.db, [
    ...days.map((day) => ({ day: `2026-11-${day}`, tenantId: "acme", quantity: "100", effective: "10" })),
    { day: "2026-11-09", tenantId: "acme", quantity: "300", effective: "45" },
  ]);
  const span = ["explain", "--from", "2026-11-09", "--to", "2026-11-10"];
  const { out } = await costs(bridge, ...span, "--json");
  // 100 at 0.10 to 300 at 0.15: volume 20, price 15. Eight days of 10 before: z = 0.6745 × 35 / (10/20).
  expect(JSON.parse(out)).toMatchObject({
    against: { from: "2026-11-08", to: "2026-11-09" },
    change: "35",
    volume: "20",
    mix: "0",
    price: "15",
    unexplained: "0",
    parts: [{ function: "api", tenantId: "acme", meter: "requests", quantityBefore: "100", quantityAfter: "300" }],
    unusualDays: [{ day: "2026-11-09", cost: "45", usual: "10", score: 47.2 }],
  });
  const text = await costs(bridge, ...span, "--against", "2026-11-07..2026-11-08");
  expect(text.out).toContain("unusual: 2026-11-09 cost 45.00, such days cost 10.00 (modified z 47.2)");
  expect((await costs(bridge, "explain", "--from", "yesterday", "--to", "2026-11-10")).code).toBe(2);
});
