import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonRows } from "#shared/costs/tabular/json-rows.ts";
import { cellText, parseLossless } from "#shared/costs/tabular/lossless-json.ts";
import { listOf } from "#tests/support/list-of.ts";

async function rowsOf(text: string, cuts: readonly number[] = []): Promise<string[]> {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  async function* chunks() {
    let from = 0;
    for (const place of [...places, text.length]) {
      yield text.slice(from, place);
      from = place;
    }
  }
  return listOf(jsonRows(chunks()));
}

describe("rows of a JSON text", () => {
  it("are the objects of an array, the objects of lines, or what an answer holds in a member", async () => {
    const rows = ['{"a":1}', '{"a":{"b":[2]}}'];
    expect(await rowsOf(`[${rows.join(", ")}]`)).toEqual(rows);
    expect(await rowsOf(`\n${rows.join("\n")}\n`)).toEqual(rows);
    expect(await rowsOf(`{"success":true,"errors":[],"result":[${rows.join(",")}],"n":{"x":["}"]}}`)).toEqual(rows);
    expect(await rowsOf("[]")).toEqual([]);
    expect(await rowsOf('{"result":[]}')).toEqual([]);
  });

  it("are the same wherever the text is cut into chunks", async () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }));
    const row = fc.dictionary(fc.string(), value, { maxKeys: 4 });
    const text = fc.tuple(
      fc.array(row, { maxLength: 5 }),
      fc.constantFrom("array", "lines", "envelope"),
      fc.array(fc.nat(), { maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async ([rows, form, cuts]) => {
        const texts = rows.map((members) => JSON.stringify(members));
        fc.pre(form !== "lines" || texts.length > 0);
        // a row with a list in such a member would be an answer itself
        fc.pre(
          form !== "lines" ||
            !texts.some((one) => /"(result|results|rows|data|items|records|value|charges)"/.test(one)),
        );
        const json = { array: `[${texts}]`, lines: texts.join("\r\n"), envelope: `{"k":"{[\\"","result":[${texts}]}` };
        expect(await rowsOf(json[form as keyof typeof json], cuts)).toEqual(texts);
      }),
    );
  });

  it.each([
    ['[{"a":1}', "ends too early"],
    ["[1,2]]", "closes a bracket"],
    ["   ", "no rows"],
    ['["a"]', "a text where a row should be"],
    ["[[1]]", "a list where a row should be"],
  ])("are refused in %j", async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(message);
  });
});

describe("a number of a JSON text", () => {
  it("keeps every digit, also inside an object", () => {
    const row = parseLossless(
      '{"cost":0.10000000000000000000001,"e":1E-7,"big":12345678901234567890,"tags":{"n":1.10}}',
    );
    const members = row as Record<string, unknown>; // safe: the text above is an object
    expect(Object.values(members).map(cellText)).toEqual([
      "0.10000000000000000000001",
      "1E-7",
      "12345678901234567890",
      '{"n":1.10}',
    ]);
  });
});
