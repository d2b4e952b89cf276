import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInstant } from "#shared/costs/import/read-instant.ts";
import { readNumber } from "#shared/costs/import/read-number.ts";
import { parseDecimal, toDecimalString } from "#shared/kernel/money.ts";

describe("a number of a real file", () => {
  it.each([
    ["1.5", "1.5", []],
    ["-0.0000003", "-0.0000003", []],
    [" 1.5 ", "1.5", ["spaces"]],
    ["1,234.56", "1234.56", ["thousands-separators"]],
    ["1,234,567", "1234567", ["thousands-separators"]],
    ["1 234 567", "1234567", ["thousands-separators"]],
    ["1.234.567,89", "1234567.89", ["decimal-comma"]],
    ["0,75", "0.75", ["decimal-comma"]],
    ["1.5E-7", "0.00000015", ["exponent"]],
    ["3e-7", "0.0000003", ["exponent"]],
    ["1.25E+3", "1250", ["exponent"]],
    ["-2.50e0", "-2.50", ["exponent"]],
    ["1E2", "100", ["exponent"]],
    ["$3.00", "3.00", ["currency-sign"]],
    ["USD 3.00", "3.00", ["currency-sign"]],
    ["3.00 €", "3.00", ["currency-sign"]],
    ["-$1,234.50", "-1234.50", ["currency-sign", "thousands-separators"]],
    ["(4.20)", "-4.20", ["number-form"]],
    ["+3", "3", ["number-form"]],
    [".5", "0.5", ["number-form"]],
    ["5.", "5", ["number-form"]],
    ["007", "7", ["number-form"]],
  ])("%j is read as %s", (written, value, overlooked) => {
    expect(readNumber(written)).toEqual({ value, overlooked });
  });

  it.each(["", "x", "1.2.3", "12,34,567", "1e999", "3 GB", "0x10", "1/2", "∞"])("%j is refused", (written) => {
    expect(readNumber(written)).toHaveProperty("fault");
  });

  it("that can be read in two ways is refused where commas are decimal", () => {
    expect(readNumber("1,234")).toEqual({ value: "1234", overlooked: ["thousands-separators"] });
    expect(readNumber("1,234", true)).toEqual({ fault: '"1,234" can be read in two ways: write digits and one point' });
    expect(readNumber("1,23", true)).toEqual({ value: "1.23", overlooked: ["decimal-comma"] });
  });

  it("keeps every digit, whatever its exponent", () => {
    const parts = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(parts, ([digits, exponent]) => {
        const read = readNumber(`${digits}e${exponent}`);
        const power = parseDecimal(exponent < 0 ? `0.${"0".repeat(-exponent - 1)}1` : `1${"0".repeat(exponent)}`);
        const expected = parseDecimal(digits.toString()).times(power);
        expect("value" in read && toDecimalString(parseDecimal(read.value))).toBe(toDecimalString(expected));
      }),
    );
  });
});

describe("an instant of a real file", () => {
  it.each([
    ["2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z", []],
    ["2026-10-01", "2026-10-01T00:00:00Z", ["date-only"]],
    ["2026-10-01 00:00:00", "2026-10-01T00:00:00Z", ["date-form"]],
    ["2026-10-01T00:00:00", "2026-10-01T00:00:00Z", ["date-form"]],
    ["2026-10-01T00:00:00.000Z", "2026-10-01T00:00:00Z", ["date-form"]],
    ["2026-10-01 00:00:00 UTC", "2026-10-01T00:00:00Z", ["date-form"]],
    ["2026-10-01T00:00:00+00:00", "2026-10-01T00:00:00Z", ["date-form"]],
    ["2026-10-01T02:00:00+02:00", "2026-10-01T00:00:00Z", ["date-offset"]],
    ["2026-09-30T19:00:00-0500", "2026-10-01T00:00:00Z", ["date-offset"]],
    ["2026-10-01T00:00Z", "2026-10-01T00:00:00Z", ["date-form"]],
  ])("%j is read as %s", (written, value, overlooked) => {
    expect(readInstant(written, false)).toEqual({ value, overlooked });
  });

  it("that names the last second of an end is the midnight after it", () => {
    expect(readInstant("2026-10-31T23:59:59Z", true)).toEqual({
      value: "2026-11-01T00:00:00Z",
      overlooked: ["inclusive-end"],
    });
    expect(readInstant("2026-10-31T23:59:59Z", false)).toEqual({ value: "2026-10-31T23:59:59Z", overlooked: [] });
  });

  it.each(["10/01/2026", "1.10.2026", "2026-13-01", "2026-02-30", "2026-10-01T25:00:00Z", "yesterday", "20261001"])(
    "%j is refused",
    (written) => expect(readInstant(written, false)).toHaveProperty("fault"),
  );
});
