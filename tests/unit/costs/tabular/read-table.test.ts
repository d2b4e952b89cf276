import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTable } from "#shared/costs/tabular/read-table.ts";
import { listOf } from "#tests/support/list-of.ts";

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(source: string | Uint8Array, size = 7) {
  const table = await readTable(inPieces(typeof source === "string" ? Buffer.from(source) : source, size));
  return { ...table, rows: await listOf(table.rows) };
}

describe("reading a file of rows", () => {
  it("tells an empty field from an empty text in CSV, and keeps quoted marks and line ends", async () => {
    const { header, rows, notes } = await read('a,b,c\r\n1,,""\r\n"x ""y"", z","l1\nl2",ü\r\n');
    expect([header, notes]).toEqual([["a", "b", "c"], []]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      { a: "1", b: null, c: "" },
      { a: 'x "y", z', b: "l1\nl2", c: "ü" },
    ]);
  });

  it("notes a byte order mark, gzip, another encoding and another delimiter", async () => {
    const text = "\ufeffa;b\n1,5;2\n";
    const plain = await read(text);
    const packed = await read(gzipSync(text));
    const wide = await read(Buffer.from(text, "utf16le"));
    expect(plain.rows[0]?.cells).toEqual({ a: "1,5", b: "2" });
    expect([packed.rows, wide.rows]).toEqual([plain.rows, plain.rows]);
    expect(plain.notes.map(({ kind }) => kind)).toEqual(["byte-order-mark", "delimiter"]);
    expect(packed.notes.map(({ kind }) => kind)).toEqual(["gzip", "byte-order-mark", "delimiter"]);
    expect(wide.notes.map(({ kind }) => kind)).toEqual(["encoding", "byte-order-mark", "delimiter"]);
  });

  it("tells which fields a line has too many or too few", async () => {
    const { rows } = await read("a,b\n1,2,,3\n4\n");
    expect(rows.map(({ cells, surplus, absent }) => [cells, surplus, absent])).toEqual([
      [{ a: "1", b: "2" }, [null, "3"], []],
      [{ a: "4", b: null }, [], ["b"]],
    ]);
  });

  it("takes JSON numbers as they are written, and tells which members come and go", async () => {
    const { format, header, rows } = await read('[{"cost":1.50,"n":null},{"cost":2e-7,"x":true}]');
    expect([format, header]).toEqual(["json", ["cost", "n"]]);
    expect(rows[0]?.cells).toEqual({ cost: "1.50", n: null });
    expect(rows[1]).toMatchObject({ cells: { cost: "2e-7", x: "true" }, absent: ["n"], extra: ["x"] });
  });

  it.each([
    ["", "is empty"],
    [",,\n1,2,3\n", "has no header"],
    ['a,b\n"1,2\n', "cannot be read"],
  ])("refuses %j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("refuses text that is not UTF-8", async () => {
    await expect(read(Uint8Array.of(0x61, 0x0a, 0xff, 0x0a))).rejects.toThrow("save it as UTF-8");
  });
});
