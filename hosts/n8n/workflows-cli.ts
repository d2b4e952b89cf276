import { resolve } from "node:path";
import { main } from "./remote/main.ts";

process.exitCode = await main({
  args: process.argv.slice(2),
  rootDir: resolve(import.meta.dirname, "../.."),
  workingDir: process.cwd(),
  processEnv: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
