import { describe, expect, it } from "vitest";
import {
  formatAmount,
  formatChange,
  formatQuantity,
  placesFor,
  placesForParts,
} from "#functions/reports/parts/figures.ts";
import { safeNext } from "#functions/reports/paths.ts";
import { prefersCsv, toCsv } from "#shared/http/csv.ts";
import { formToken, isFormToken } from "#shared/http/form-token.ts";

describe("an amount on a page", () => {
  it.each([
    ["1234567.895", 2, "1,234,567.90"],
    ["-1234.5", 2, "−1,234.50"],
    ["0.004", 2, "<0.01"],
    ["-0.004", 2, "0.00"],
    ["0", 2, "0.00"],
    ["0", 8, "0"],
    ["0.0000003", 8, "0.00000030"],
  ])("%s at %i places is %s", (amount, places, text) => {
    expect(formatAmount(amount, places)).toBe(text);
  });

  it("has two places, and below a dollar as many as tell four digits of the largest", () => {
    expect(placesFor(["1234.5", "0.0000001", null])).toBe(2);
    expect(placesFor(["0.034", "0"])).toBe(5);
    expect(placesFor([null])).toBe(2);
  });

  it("has, as part of one thing, as many as tell two digits of the smallest", () => {
    expect(placesForParts(["0.2451", "0.0000003"])).toBe(8);
    expect(placesForParts(["5", "7"])).toBe(2);
  });
});

it.each([
  ["15000000", "15,000,000"],
  ["3.2500", "3.25"],
  ["0.0000001", "0"],
])("shows the quantity %s as %s", (quantity, text) => {
  expect(formatQuantity(quantity)).toBe(text);
});

it.each([
  ["110", "100", "+10 %"],
  ["99", "100", "−1.0 %"],
  ["5", "0", null],
])("says how %s differs from %s: %s", (now, before, text) => {
  expect(formatChange(now, before)).toBe(text);
});

it.each([
  ["/reports/by/day?period=2026-10&sort=key", "/reports/by/day?period=2026-10&sort=key"],
  ["/reports", "/reports"],
  ["https://elsewhere.example/reports", "/reports/"],
  ["//elsewhere.example/reports", "/reports/"],
  ["/reports//elsewhere.example", "/reports/"],
  ["/reports/\r\nset-cookie: a=b", "/reports/"],
  [undefined, "/reports/"],
])("leads after signing in from %s to %s", (next, path) => {
  expect(safeNext(next)).toBe(path);
});

describe("CSV", () => {
  it("quotes what RFC 4180 asks for, and leaves nothing where nothing is", () => {
    const text = toCsv(["a", "b"], [['say "hi", twice', null]], { isForSpreadsheet: false });
    expect(text).toBe('a,b\r\n"say ""hi"", twice",\r\n');
  });

  it("gives a spreadsheet no formula and no number that it would cut", () => {
    const row = ["=1+1", "-5.25", "0.123456789012345678"];
    const text = toCsv(["a", "b", "c"], [row], { isForSpreadsheet: true });
    expect(text).toBe('\ufeffa,b,c\r\n\'=1+1,-5.25,"=""0.123456789012345678"""\r\n');
  });

  it.each([
    ["text/csv", true],
    ["text/csv;q=0.9, application/json;q=0.8", true],
    ["application/json, text/csv", false],
    ["*/*", false],
    [undefined, false],
  ])("is what Accept: %s asks for: %s", (accept, isPreferred) => {
    expect(prefersCsv(accept)).toBe(isPreferred);
  });
});

it("knows the token of a session's form, and no other", async () => {
  const token = await formToken("a secret of thirty-two characters", "session-1");
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(await isFormToken("a secret of thirty-two characters", "session-1", token)).toBe(true);
  expect(await isFormToken("a secret of thirty-two characters", "session-2", token)).toBe(false);
  expect(await isFormToken("another secret of 32 characters!!", "session-1", token)).toBe(false);
  expect(await isFormToken("a secret of thirty-two characters", "session-1", "0")).toBe(false);
});
