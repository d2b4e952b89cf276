import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWorkflows } from "./source/workflows.ts";

const { values: flags } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const dir = import.meta.dirname;
const generated = buildWorkflows();

const stale: string[] = [];
for (const [file, workflow] of generated) {
  const path = join(dir, file);
  const text = `${JSON.stringify(workflow, null, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale.push(file);
  if (!flags.check) writeFileSync(path, text);
}

if (flags.check && stale.length > 0) {
  console.error(`Not what workflows/source makes: ${stale.join(", ")}. Run npm run workflows:generate and commit.`);
  process.exit(1);
}
console.log(stale.length > 0 ? `wrote ${stale.join(", ")}` : `${generated.size} workflows are current`);
