import { readFileSync } from "node:fs";
import { join } from "node:path";

const CODE_DIR = join(import.meta.dirname, "code");
const IMPORT = /^import \{[^}]*\} from "\.\/([a-z-]+\.js)";\n/gm;

/**
 * A file of code/ as a Code node takes it: what it imports from beside it stands before it, and `export` is gone, since
 * a Code node is the body of a function.
 */
export function readCode(file: string): string {
  const parts: string[] = [];
  const seen = new Set<string>();
  const add = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const source = readFileSync(join(CODE_DIR, name), "utf8");
    for (const [, imported = ""] of source.matchAll(IMPORT)) add(imported);
    parts.push(
      source
        .replace(IMPORT, "")
        .replace(/^export /gm, "")
        .trim(),
    );
  };
  add(file);
  return `${parts.join("\n\n")}\n`;
}
