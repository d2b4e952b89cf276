import { builtinModules } from "node:module";
import { build } from "esbuild";
import { entrySource } from "./entry-source.ts";
import type { WorkerPlan } from "./worker-plan.ts";

export interface Bundle {
  readonly code: string;
  readonly sourceMap: string;
  /** Files that went in, relative to the working directory. */
  readonly inputs: readonly string[];
}

/** The one module of a Worker. Throws with esbuild's messages when something cannot be resolved. */
export async function bundleWorker(plan: WorkerPlan, rootDir: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entrySource(plan, rootDir), resolveDir: rootDir, sourcefile: `${plan.script}.ts`, loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "browser", // Node's conditions must not apply; those that do are:
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*", ...builtinModules],
    define: { "process.env.NODE_ENV": '"production"' },
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    outfile: "worker.js",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const textOf = (suffix: string) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? "";
  return { code: textOf(".js"), sourceMap: textOf(".js.map"), inputs: Object.keys(metafile.inputs) };
}
