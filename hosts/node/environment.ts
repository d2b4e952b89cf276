import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Manifest } from "#hosts/manifest/manifest.ts";
import { ConfigError } from "#shared/runtime/config.ts";

export interface EnvironmentOptions {
  /** Where `.env` may lie. */
  rootDir: string;
  /** What the process was started with: it wins over `.env`. */
  processEnv: NodeJS.ProcessEnv;
  /** What the host itself provides where neither says otherwise: the embedded database's URL, its own secrets. */
  provided: Record<string, string>;
}

/** The process's environment over `.env`. */
export function readEnvironment({ rootDir, processEnv }: Omit<EnvironmentOptions, "provided">): NodeJS.Dict<string> {
  const path = join(rootDir, ".env");
  return { ...(existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {}), ...processEnv };
}

/**
 * The value of every env variable that the manifest declares at application level: environment, then the host's own,
 * then the manifest's default. Throws {@link ConfigError} that names each one missing.
 */
export function resolveEnv(manifest: Manifest, options: EnvironmentOptions): Record<string, string> {
  const given = readEnvironment(options);
  const resolved: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name, isSecret, default: fallback } of manifest.env) {
    const value = given[name] ?? options.provided[name] ?? fallback;
    if (value === undefined)
      missing.push(`${name}: is missing${isSecret ? " (a secret)" : ""}; set it in the environment or in .env`);
    else resolved[name] = value;
  }
  if (missing.length > 0) throw new ConfigError(missing);
  return resolved;
}
