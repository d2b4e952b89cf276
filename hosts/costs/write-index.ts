import { writeFileSync } from "node:fs";
import { readPriceBook } from "#shared/costs/read-price-book.ts";
import type { CommandIo } from "./command.ts";
import { INDEX_FILE, readPriceBookFiles, renderIndex } from "./price-book-files.ts";

/** Writes the index from the files, after checking them. Does not read the index: it may be what is broken. */
export function writeIndex(io: CommandIo): number {
  const files = readPriceBookFiles();
  const book = readPriceBook(files);
  writeFileSync(INDEX_FILE, renderIndex(files));
  io.out(`wrote ${book.length} cards\n`);
  return 0;
}
