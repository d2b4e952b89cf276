import { builtinModules } from "node:module";
import { basename } from "node:path";
import { build, type Plugin } from "esbuild";
import { entrySource } from "./entry-source.ts";
import type { WorkerPlan } from "./worker-plan.ts";

export interface Bundle {
  readonly code: string;
  /** Files that went in, relative to the working directory. */
  readonly inputs: readonly string[];
  /** Modules that the runtime brings. */
  readonly externals: readonly string[];
}

const ENTRY = "rainwire-worker:";

/**
 * One module for each Worker, by its script's name. They are built together, so that what they share is read once.
 * Throws with esbuild's messages when something cannot be resolved.
 */
export async function bundleWorkers(plans: readonly WorkerPlan[], rootDir: string): Promise<Map<string, Bundle>> {
  const { outputFiles, metafile } = await build({
    entryPoints: plans.map(({ script }) => ({ in: `${ENTRY}${script}`, out: script })),
    plugins: [entries(plans, rootDir)],
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "browser", // Node's conditions must not apply; those that do are:
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*", ...builtinModules],
    define: { "process.env.NODE_ENV": '"production"' },
    minifySyntax: true,
    minifyWhitespace: true, // names stay, so that a stack trace can be read without a source map
    legalComments: "none",
    outdir: "workers",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const textOf = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputOf = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  return new Map(
    plans.map(({ script }) => [
      script,
      {
        code: textOf.get(`${script}.js`) ?? "",
        inputs: Object.keys(outputOf.get(`${script}.js`)?.inputs ?? {}),
        externals: outputOf.get(`${script}.js`)?.imports.map(({ path }) => path) ?? [],
      },
    ]),
  );
}

const entries = (plans: readonly WorkerPlan[], rootDir: string): Plugin => ({
  name: "rainwire-workers",
  setup(esbuild) {
    const planOf = new Map(plans.map((plan) => [plan.script, plan]));
    esbuild.onResolve({ filter: new RegExp(`^${ENTRY}`) }, ({ path }) => ({
      path: path.slice(ENTRY.length),
      namespace: "rainwire-worker",
    }));
    esbuild.onLoad({ filter: /.*/, namespace: "rainwire-worker" }, ({ path }) => {
      const plan = planOf.get(path);
      return plan && { contents: entrySource(plan, rootDir), resolveDir: rootDir, loader: "ts" };
    });
  },
});
