import { describe, expect, it } from "vitest";
import type { FocusRow } from "#shared/costs/focus/finding.ts";
import { compareInvoices, sumInvoices } from "#shared/costs/focus/invoice-totals.ts";

const line = (billed: string, rest: FocusRow = {}): FocusRow => ({
  InvoiceIssuerName: "Cloudflare",
  InvoiceId: "IN-1",
  InvoiceDetailId: "1",
  ChargeCategory: "Usage",
  BilledCost: billed,
  ...rest,
});

function compare(usage: readonly FocusRow[], detail: readonly FocusRow[]) {
  const [charged, invoiced] = [sumInvoices(), sumInvoices()];
  for (const row of usage) charged.add(row);
  for (const row of detail) invoiced.add(row);
  return [...compareInvoices(charged, invoiced)].map(({ severity, value, message }) => [severity, value, message]);
}

describe("Cost and Usage beside Invoice Detail", () => {
  it("agree when the rows of a line sum to it, tax and voided invoices apart", () => {
    const tax = line("0.20", { InvoiceDetailId: "2", ChargeCategory: "Tax" });
    const voided = line("9", { InvoiceId: "IN-0", InvoiceIssueStatus: "Voided" });
    expect(compare([line("0.1"), line("0.2")], [line("0.3"), tax, voided])).toEqual([]);
  });

  it("differ by rounding up to one currency unit, or half a subunit times the root of the rows", () => {
    expect(compare([line("10")], [line("11")])).toEqual([
      ["warning", "1", "Cloudflare, invoice IN-1, line 1: invoiced 11, charged 10"],
    ]);
    expect(compare([line("10")], [line("11.01")])[0]?.[0]).toBe("error");
    const many = Array.from({ length: 90_000 }, () => line("0.01"));
    expect(compare(many, [line("901.5")])[0]?.[0]).toBe("warning");
    expect(compare(many, [line("901.51")])[0]?.[0]).toBe("error");
  });

  it("differ by a line that only one of them has", () => {
    expect(compare([], [line("5")])[0]).toEqual([
      "error",
      "5",
      "Cloudflare, invoice IN-1, line 1: invoiced 5, charged nothing",
    ]);
    expect(compare([line("5")], [])[0]?.[1]).toBe("-5");
  });
});
