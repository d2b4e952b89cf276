import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardForSpreadsheet, writeRows } from "#shared/costs/focus-export/write-rows.ts";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import { listOf } from "#tests/support/list-of.ts";

type Row = Record<string, string | null>;

async function* each<Item>(items: readonly Item[]) {
  yield* items;
}

const write = async (rows: readonly Row[], format: "csv" | "json" | "spreadsheet") =>
  (await listOf(writeRows(each(rows), ["a", "b"], format))).join("");

const read = async (text: string) =>
  (await listOf((await readTable(each([new TextEncoder().encode(text)]))).rows)).map(({ cells }) => cells);

describe("writing rows", () => {
  it("is RFC 4180 in CSV: line ends of two marks, quotes where needed, nothing for no value", async () => {
    expect(
      await write(
        [
          { a: 'x "y", z', b: null },
          { a: null, b: "1.5" },
        ],
        "csv",
      ),
    ).toBe('a,b\r\n"x ""y"", z",\r\n,1.5\r\n');
  });

  it("is one row a line in JSON, with null for no value", async () => {
    expect(
      await write(
        [
          { a: "1.10", b: null },
          { a: null, b: "x" },
        ],
        "json",
      ),
    ).toBe('[\n{"a":"1.10","b":null},\n{"a":null,"b":"x"}\n]\n');
    expect(await write([], "json")).toBe("[]\n");
  });

  it("gives back what was written, in any number of pieces", async () => {
    const value = fc.option(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\ufeff")),
      { nil: null },
    );
    // A CSV row without any value is an empty line, which readers skip.
    const row = fc.record({ a: fc.string({ minLength: 1 }), b: value });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        expect(await read(await write(rows, "csv"))).toEqual(rows);
        expect(await read(await write(rows, "json"))).toEqual(rows);
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 1201 }, (_, i) => ({ a: `${i}`, b: null }));
    const pieces = await listOf(writeRows(each(many), ["a", "b"], "csv"));
    expect([pieces.length, (await read(pieces.join(""))).length]).toEqual([4, 1201]);
  });

  it("begins with a byte order mark for a spreadsheet, and only there", async () => {
    expect((await write([{ a: "1", b: "2" }], "spreadsheet")).startsWith("\ufeffa,b\r\n1,2")).toBe(true);
    expect((await write([{ a: "1", b: "2" }], "csv")).startsWith("a,b")).toBe(true);
  });
});

describe("a value for a spreadsheet", () => {
  it.each([
    ["1.5", "1.5"],
    ["-3.333333333333", "-3.333333333333"],
    ["0.000000300000001", "0.000000300000001"],
    ["123456789012345", "123456789012345"],
    ["1234567890123456", '="1234567890123456"'],
    ["1666666.666666666667", '="1666666.666666666667"'],
    ["0.1666666666666667", '="0.1666666666666667"'],
    ["007", '="007"'],
    ["12E5", '="12E5"'],
    ["=1+1", "'=1+1"],
    ["+49 30", "'+49 30"],
    ["@here", "'@here"],
    ["-x", "'-x"],
    ["Workers: requests", "Workers: requests"],
    ["2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"],
  ])("%s is written %s", (value, written) => expect(guardForSpreadsheet(value)).toBe(written));

  it("that is a number is a float of the same digits, or no number", () => {
    const digits = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 22n }), fc.integer({ min: 0, max: 15 }));
    fc.assert(
      fc.property(digits, ([whole, places]) => {
        const text = whole.toString().padStart(places + 1, "0");
        const number = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        const written = guardForSpreadsheet(number);
        if (written.startsWith("=")) return;
        expect(Number(Number(written).toPrecision(15))).toBe(Number(number));
      }),
    );
  });
});
