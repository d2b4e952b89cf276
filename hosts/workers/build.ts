import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadManifest } from "#hosts/manifest/load.ts";
import { loadHandlers } from "#hosts/node/handlers.ts";
import { type Bundle, bundleWorker } from "./bundle.ts";
import { planWorkers, type WorkerPlan } from "./worker-plan.ts";
import { type ConfigOptions, wranglerConfig } from "./wrangler-config.ts";

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
  const plans = planWorkers(manifest, await loadHandlers(manifest, rootDir));
  return await Promise.all(
    plans.map(async (plan) => ({
      plan,
      config: wranglerConfig(manifest, plan, options),
      bundle: await bundleWorker(plan, rootDir),
    })),
  );
}

/** Writes `<outDir>/<script>/worker.js` with its source map and `wrangler.jsonc`, and removes what was there before. */
export async function writeWorkers(workers: readonly BuiltWorker[], outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  for (const { plan, config, bundle } of workers) {
    const folder = join(outDir, plan.script);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "worker.js"), `${bundle.code}//# sourceMappingURL=worker.js.map\n`);
    await writeFile(join(folder, "worker.js.map"), bundle.sourceMap);
    await writeFile(join(folder, "wrangler.jsonc"), `${JSON.stringify(config, null, 2)}\n`);
  }
}
