import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { importsOf } from "./rewrite-imports.ts";

export interface CollectedSource {
  /** Text by path; paths are relative to the project's root, with "/" between folders. */
  readonly files: ReadonlyMap<string, string>;
  /** The packages that they import, sorted. */
  readonly packages: readonly string[];
}

/** Where a module of our own lies, relative to the root; undefined for a package's. */
export type Locate = (specifier: string, importer: string) => string | undefined;

/**
 * How `#…` and relative names are found. `#shared/x.ts` is `shared/x.ts`; `#adapters` is the file given, since it is
 * the host's choice.
 */
export const locateIn =
  (adapters: string): Locate =>
  (specifier, importer) => {
    if (specifier === "#adapters") return adapters;
    if (specifier.startsWith("#")) return specifier.slice(1);
    return specifier.startsWith(".") ? posix.join(posix.dirname(importer), specifier) : undefined;
  };

/** Reads the entries and whatever they import, directly or not, types included. Throws where a file is missing. */
export function collectSource(rootDir: string, entries: readonly string[], locate: Locate): CollectedSource {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const pending = [...entries];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(path)) continue;
    const text = readFileSync(join(rootDir, path), "utf8");
    files.set(path, text);
    for (const specifier of importsOf(text)) {
      const found = locate(specifier, path);
      if (found !== undefined) pending.push(found);
      else packages.add(packageOf(specifier));
    }
  }
  return { files, packages: [...packages].toSorted() };
}

/** `hono/http-exception` is of `hono`, `@hono/zod-openapi/x` of `@hono/zod-openapi`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
