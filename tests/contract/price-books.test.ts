import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INDEX_FILE, readPriceBookFiles, renderIndex } from "#hosts/costs/price-book-files.ts";
import { PRICE_BOOK } from "#shared/costs/price-book.ts";
import { readPriceBook } from "#shared/costs/read-price-book.ts";

describe("the price books", () => {
  it("are read by the code as their files are: every file, nothing else", () => {
    const files = readPriceBookFiles();
    expect(readFileSync(INDEX_FILE, "utf8")).toBe(renderIndex(files));
    expect(PRICE_BOOK).toEqual(readPriceBook(files));
    expect(PRICE_BOOK).toHaveLength(Object.keys(files).length);
  });
});
