import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { readEnvironment } from "#hosts/starting/environment.ts";
import { buildWorkers, writeWorkers } from "./build.ts";

const rootDir = resolve(import.meta.dirname, "../..");
const outDir = join(rootDir, "dist", "workers");

const workers = await buildWorkers({
  rootDir,
  vars: readEnvironment({ rootDir, processEnv: process.env }),
  isFirst: process.argv.includes("--first"),
  warn: (line) => console.error(line),
});
await writeWorkers(workers, outDir);
for (const { plan, bundle } of workers) {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
  const bytes = Buffer.byteLength(bundle.code);
  console.log(`${plan.script}: ${kilobytes(bytes)}, compressed ${kilobytes(gzipSync(bundle.code).length)}`);
}
console.log(`written to ${outDir}`);
