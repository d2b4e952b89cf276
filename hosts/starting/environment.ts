import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { EnvVariable, Manifest } from "#hosts/manifest/manifest.ts";
import { ConfigError, OPTIONAL_SECRETS } from "#shared/runtime/config.ts";

export interface EnvironmentOptions {
  /** Where `.env` may lie. */
  rootDir: string;
  /** What the process was started with: it wins over `.env`. */
  processEnv: NodeJS.ProcessEnv;
}

/** The process's environment over `.env`. An empty value counts as none, so that `NAME=` means the default. */
export function readEnvironment({ rootDir, processEnv }: EnvironmentOptions): NodeJS.Dict<string> {
  const path = join(rootDir, ".env");
  const fromFile = existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
  return { ...withoutEmpty(fromFile), ...withoutEmpty(processEnv) };
}

const withoutEmpty = (values: NodeJS.Dict<string>): NodeJS.Dict<string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

/** Rainwire's data directory: RAINWIRE_DATA_DIR, else `.rainwire` in the checkout. */
export const dataDirOf = (rootDir: string, environment: NodeJS.Dict<string>): string =>
  resolve(environment.RAINWIRE_DATA_DIR ?? join(rootDir, ".rainwire"));

/** The port to listen on: PORT, else 8787. Throws {@link ConfigError} when PORT is no port. */
export function portOf(environment: NodeJS.Dict<string>): number {
  const port = Number(environment.PORT ?? 8787);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError(["PORT: must be a whole number from 0 to 65535"]);
}

/** The value of each env variable that the manifest declares, and the names of those that have none. */
export interface ResolvedEnv {
  /** Undefined for one that is missing. */
  valueOf(variable: EnvVariable): string | undefined;
  /** A line for each: its name, where it is declared and how to mend it. */
  missing: string[];
}

/**
 * Looks each variable up in the environment, then in what the host itself provides (the embedded database's URL, its
 * own secrets), then in the manifest's default. A service may declare an application's variable with another default.
 */
export function resolveEnv(
  manifest: Manifest,
  environment: NodeJS.Dict<string>,
  provided: Readonly<Record<string, string>>,
): ResolvedEnv {
  const lookUp = ({ name, default: fallback = OPTIONAL_SECRETS.includes(name) ? "" : undefined }: EnvVariable) =>
    environment[name] ?? provided[name] ?? fallback;
  const declared = [...manifest.env, ...manifest.services.flatMap(({ env }) => env)];
  const missing = declared.flatMap((variable) => {
    if (lookUp(variable) !== undefined) return [];
    const { name, isSecret, at } = variable;
    const place = `${manifest.file}:${at.line}:${at.column}`;
    return [
      `${name}: is missing${isSecret ? " (a secret)" : ""}, declared at ${place}; set it in the environment or in .env`,
    ];
  });
  return { valueOf: lookUp, missing };
}

/** The application's variables by name. Throws {@link ConfigError} that names each one missing, a service's own too. */
export function requireEnv(manifest: Manifest, resolved: ResolvedEnv): Record<string, string> {
  if (resolved.missing.length > 0) throw new ConfigError(resolved.missing);
  return Object.fromEntries(manifest.env.map((variable) => [variable.name, resolved.valueOf(variable) ?? ""]));
}
