import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  divide,
  fromFemto,
  parseDecimal,
  roundToCents,
  roundUpTo,
  toDecimalString,
  toFemto,
} from "#shared/kernel/money.ts";

const decimals = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 12n }))
  .map(([whole, fraction]) => `${whole}.${fraction.toString().padStart(13, "0")}`);

describe("parseDecimal", () => {
  it.each([
    "1e3",
    "1E3",
    "NaN",
    "Infinity",
    "",
    " 1",
    "1 ",
    "+1",
    ".5",
    "5.",
    "1,000",
    "1_000",
    "0x10",
    "01",
    "--1",
    "١",
  ])("refuses %j", (text) => expect(() => parseDecimal(text)).toThrow(RangeError));

  it("refuses a text longer than any amount", () => {
    expect(() => parseDecimal("9".repeat(121))).toThrow("is no decimal");
  });

  it("takes no float into a sum", () => {
    expect(() => parseDecimal("1").plus(0.1)).toThrow("Invalid value");
  });
});

describe("toDecimalString", () => {
  it.each([
    ["0.0000003", "0.0000003"],
    ["0.0000000000000001", "0.0000000000000001"],
    ["5.00", "5"],
    ["-0", "0"],
    ["100000000000000000000000000000", "100000000000000000000000000000"],
  ])("prints %s as %s, without an exponent", (text, printed) => {
    expect(toDecimalString(parseDecimal(text))).toBe(printed);
  });

  it("prints what it reads, but for zeros at the end", () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(toDecimalString(parseDecimal(text))).toBe(text.replace(/\.?0+$/, ""));
      }),
    );
  });
});

describe("roundToCents", () => {
  it.each([
    ["0.004999999999", "0.00"],
    ["0.005", "0.01"],
    ["1.005", "1.01"],
    ["2.675", "2.68"],
    ["1.015", "1.02"],
    ["-0.005", "-0.01"],
    ["-0.004", "0.00"],
    ["1.992", "1.99"],
    ["123456789012345678901234567890.125", "123456789012345678901234567890.13"],
  ])("rounds %s to %s", (text, cents) => {
    expect(roundToCents(parseDecimal(text))).toBe(cents);
  });

  it("is never more than half a cent away", () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const exact = parseDecimal(text);
        expect(parseDecimal(roundToCents(exact)).minus(exact).abs().lte(parseDecimal("0.005"))).toBe(true);
      }),
    );
  });
});

describe("roundUpTo", () => {
  it.each([
    ["0", "0"],
    ["0.0001", "1000000"],
    ["1000000", "1000000"],
    ["1000001", "2000000"],
  ])("bills %s as %s whole millions", (quantity, billed) => {
    expect(toDecimalString(roundUpTo(parseDecimal(quantity), parseDecimal("1000000")))).toBe(billed);
  });
});

describe("units of 1e-15", () => {
  it("holds a price of a token exactly", () => {
    expect(toFemto(parseDecimal("0.00000015"))).toBe(150_000_000n);
    expect(toDecimalString(fromFemto(150_000_001n))).toBe("0.000000150000001");
    expect(toDecimalString(fromFemto(-1n))).toBe("-0.000000000000001");
  });

  it("goes there and back without loss", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (femto) => {
        expect(toFemto(fromFemto(femto))).toBe(femto);
      }),
    );
  });

  it("rounds half away from zero below that", () => {
    expect(toFemto(parseDecimal("0.0000000000000005"))).toBe(1n);
    expect(toFemto(parseDecimal("-0.0000000000000005"))).toBe(-1n);
    expect(toFemto(parseDecimal("0.0000000000000004"))).toBe(0n);
  });
});

describe("divide", () => {
  it("keeps 28 places of what does not end", () => {
    expect(toDecimalString(divide(parseDecimal("500000"), parseDecimal("3600")))).toBe(
      "138.8888888888888888888888888889",
    );
    expect(toDecimalString(divide(parseDecimal("1"), parseDecimal("3"), 2))).toBe("0.33");
  });
});
