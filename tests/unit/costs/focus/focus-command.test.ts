import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "#hosts/costs/command.ts";
import { command } from "#hosts/costs/focus.ts";
import { INVOICE_LINE, USAGE } from "./focus-rows.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rainwire-focus-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs the command as hosts/costs/cli.ts does. */
async function focus(...args: string[]) {
  const written: string[] = [];
  const io = { out: (text: string) => written.push(text), err: () => undefined, readStdin: async () => "" };
  try {
    const status = await command.run(args, io);
    return { status, stdout: written.join(""), stderr: "" };
  } catch (error) {
    const stderr = error instanceof Error ? error.message : "";
    return { status: error instanceof UsageError ? 2 : 1, stdout: "", stderr };
  }
}

const fileOf = (name: string, rows: unknown): string => {
  const file = join(root, name);
  writeFileSync(file, JSON.stringify(rows));
  return file;
};

describe("npm run costs -- focus check", () => {
  it("ends with 0 and a line when a file is right", async () => {
    const { status, stdout } = await focus("check", fileOf("good.json", [USAGE]));
    expect([status, stdout]).toEqual([
      0,
      `${join(root, "good.json")}: FOCUS 1.4 cost-and-usage, 1 rows, 0 errors, 0 warnings\n`,
    ]);
  });

  it("names each broken rule by its column, for people and for machines, and ends with 1", async () => {
    const bad = fileOf("bad.json", [{ ...USAGE, ListCost: "0.7" }]);
    const words = await focus("check", bad);
    expect(words.status).toBe(1);
    expect(words.stdout).toMatch(
      /^error {3}row 1 {5}ListCost\.product {2}ListUnitPrice × PricingQuantity is 0\.6 \[0\.7\]\n/,
    );
    const { status, stdout } = await focus("check", bad, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: "1.4",
      errors: 1,
      findings: [{ rule: "ListCost.product", column: "ListCost", row: 1, value: "0.7", severity: "error" }],
    });
  });

  it("checks by the release that is named", async () => {
    const { status, stdout } = await focus("check", fileOf("new.json", [USAGE]), "--focus", "1.2", "--json");
    expect([status, JSON.parse(stdout).byRule["ProviderName.present"]]).toEqual([1, 1]);
  });

  it("compares with an Invoice Detail", async () => {
    const usage = { ...USAGE, InvoiceId: "IN-1", InvoiceDetailId: "1" };
    const detail = (billed: string) => fileOf(`${billed}.json`, [{ ...INVOICE_LINE, BilledCost: billed }]);
    const charged = fileOf("usage.json", [usage]);
    expect((await focus("check", charged, "--invoice-detail", detail("0.60"))).status).toBe(0);
    const off = await focus("check", charged, "--invoice-detail", detail("4.60"));
    expect([off.status, off.stdout]).toEqual([1, expect.stringContaining("invoiced 4.6, charged 0.6")]);
  });

  it.each([
    [[], 2, "say check or export"],
    [["check"], 2, "name one file"],
    [["check", "-", "--focus", "1.5"], 2, "--focus is one of 1.2, 1.3, 1.4"],
    [["export"], 2, "say which month"],
    [["export", "--period", "2026-13"], 2, "is no month"],
    [["export", "--period", "2026-10", "--focus", "1.2", "--dataset", "invoice-detail"], 2, "from FOCUS 1.4 on"],
    [["check", "/dev/null"], 1, "the file is empty"],
    [["check", "/nowhere/at/all.csv"], 1, "no such file"],
  ])("%j ends with %i: %s", async (args, status, message) => {
    const run = await focus(...args);
    expect([run.status, run.stderr]).toEqual([status, expect.stringContaining(message)]);
  });
});
