import { describe, expect, it } from "vitest";
import { checkTable } from "#shared/costs/focus/check-table.ts";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import { INVOICE_LINE, USAGE } from "./focus-rows.ts";

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

const check = async (text: string) => checkTable(await readTable(bytesOf(text)));

const quoted = (value: string | null | undefined): string =>
  value === null || value === undefined ? "" : `"${value.replaceAll('"', '""')}"`;

describe("checking a file as it is written", () => {
  it("finds out dataset and release, and the same things in CSV and JSON", async () => {
    const bad = { ...USAGE, BilledCost: "1E-1" };
    const csv = `${Object.keys(USAGE)}\r\n${[USAGE, bad].map((row) => Object.values(row).map(quoted)).join("\r\n")}\r\n`;
    const expected = {
      dataset: "cost-and-usage",
      version: "1.4",
      rows: 2,
      errors: 1,
      warnings: 0,
      byRule: { "BilledCost.decimal": 1 },
      findings: [
        {
          rule: "BilledCost.decimal",
          severity: "error",
          column: "BilledCost",
          row: 2,
          value: "1E-1",
          message: "BilledCost is written with an exponent: write all digits",
        },
      ],
    };
    expect(await check(csv)).toEqual(expected);
    expect(await check(JSON.stringify([USAGE, bad]))).toEqual(expected);
    const asNumbers = JSON.stringify([USAGE, bad]).replaceAll(/"BilledCost":"([^"]+)"/g, '"BilledCost":$1');
    expect(await check(asNumbers)).toEqual(expected);
    expect(await check(JSON.stringify([INVOICE_LINE]))).toMatchObject({ dataset: "invoice-detail", errors: 0 });
    const { HostProviderName: _, ServiceProviderName: __, ...old } = USAGE;
    const old12 = { ...old, ProviderName: "Cloudflare", PublisherName: "Cloudflare" };
    expect(await check(JSON.stringify([old12]))).toMatchObject({ version: "1.2", errors: 0 });
  });

  it("tells of rows that do not fit the header", async () => {
    const report = await check(`${Object.keys(USAGE)},x_A,x_B\n${Object.values(USAGE).map(quoted)},1,2,3\nx\n`);
    expect(
      report.findings
        .filter(({ rule }) => rule === "file.row-length")
        .map(({ row, message }) => [row, message.slice(0, 30)]),
    ).toEqual([
      [1, "the row has 1 fields more than"],
      [2, "the row lacks BillingAccountId"],
    ]);
  });

  it("keeps the first hundred findings of a rule and counts them all", async () => {
    const rows = Array.from({ length: 250 }, () => ({ ...USAGE, BilledCost: "x" }));
    const report = await check(rows.map((row) => JSON.stringify(row)).join("\n"));
    expect([report.errors, report.findings.length, report.byRule]).toEqual([250, 100, { "BilledCost.decimal": 250 }]);
  });
});
