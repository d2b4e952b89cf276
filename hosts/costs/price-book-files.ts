import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** What `shared/costs` reads, since no file can be read where it runs. */
export const INDEX_FILE = join(ROOT, "shared", "costs", "price-books.gen.ts");

const DEFAULT_DIR = join(ROOT, "shared", "costs", "price-books");

/** The content of each file of a folder of price books, by its path below it. Throws on what is no JSON, naming it. */
export function readPriceBookFiles(dir: string = DEFAULT_DIR): Record<string, unknown> {
  const paths = globSync("**/*.json", { cwd: dir }).map((path) => path.replaceAll("\\", "/"));
  return Object.fromEntries(paths.toSorted().map((path) => [path, readJson(join(dir, path), path)]));
}

function readJson(file: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The source of {@link INDEX_FILE}: one line a card, so that a change of one shows as such. */
export const renderIndex = (files: Readonly<Record<string, unknown>>): string =>
  [
    "// Written by `npm run costs -- books --write-index` from the files in price-books. Change those.",
    "export const FILES: Readonly<Record<string, unknown>> = {",
    ...Object.entries(files).map(([path, content]) => `  ${JSON.stringify(path)}: ${JSON.stringify(content)},`),
    "};",
    "",
  ].join("\n");
