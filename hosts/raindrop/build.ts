import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { layOut } from "./lay-out.ts";

const HELP = `Usage: npm run build:raindrop [-- --out DIRECTORY]

Writes the project that the Raindrop CLI expects into DIRECTORY (default: dist/raindrop), in place of what is there.
Then: npm install && npx raindrop build validate && npx raindrop build deploy --start
`;

const rootDir = resolve(import.meta.dirname, "../..");

function main(): void {
  const { values } = parseArgs({ options: { out: { type: "string" }, help: { type: "boolean", short: "h" } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const outDir = resolve(values.out ?? join(rootDir, "dist/raindrop"));
  const files = layOut(rootDir);
  rmSync(join(outDir, "src"), { recursive: true, force: true });
  for (const { path, text } of files) {
    const target = join(outDir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  process.stdout.write(`wrote ${files.length} files to ${outDir}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
