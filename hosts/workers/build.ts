import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadManifest } from "#hosts/manifest/load.ts";
import { loadHandlers } from "#hosts/starting/handlers.ts";
import { type Bundle, bundleWorkers } from "./bundle.ts";
import { planWorkers, type WorkerPlan } from "./worker-plan.ts";
import { type ConfigOptions, carrierOf, wranglerConfig } from "./wrangler-config.ts";

export interface BuiltWorker {
  readonly plan: WorkerPlan;
  readonly config: object;
  readonly bundle: Bundle;
}

export interface BuildOptions extends ConfigOptions {
  /** Where `raindrop.manifest` and the handlers lie. */
  readonly rootDir: string;
  readonly warn: (line: string) => void;
}

/** Every Worker of the manifest, in memory. */
export async function buildWorkers({ rootDir, warn, ...options }: BuildOptions): Promise<BuiltWorker[]> {
  const manifest = loadManifest(join(rootDir, "raindrop.manifest"), warn);
  const plans = planWorkers(manifest, await loadHandlers(manifest, rootDir), carrierOf(options.vars));
  const bundles = await bundleWorkers(plans, rootDir);
  return plans.map((plan) => {
    const bundle = bundles.get(plan.script);
    if (!bundle) throw new Error(`esbuild left out ${plan.script}`);
    return { plan, config: wranglerConfig(manifest, plan, options), bundle };
  });
}

/** Writes `<outDir>/<script>/worker.js` and `wrangler.jsonc` beside it, and removes what was there before. */
export async function writeWorkers(workers: readonly BuiltWorker[], outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  for (const { plan, config, bundle } of workers) {
    const folder = join(outDir, plan.script);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "worker.js"), bundle.code);
    await writeFile(join(folder, "wrangler.jsonc"), `${JSON.stringify(config, null, 2)}\n`);
  }
}
