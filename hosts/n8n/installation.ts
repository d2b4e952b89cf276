import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { sha256Hex } from "#shared/kernel/hash.ts";

/** A finished install of n8n in the user's cache, shared by every checkout with the same lock file. */
export interface Installation {
  /** The script to run with Node; n8n refuses Node 20, so run it with `process.execPath`. */
  binPath: string;
  version: string;
}

/** Written last, so a folder without it is not an install. */
export const MARKER_FILE = "rainwire-install.json";

export const runtimeDir = join(import.meta.dirname, "runtime");

const Marker = z.object({ version: z.string(), lockSha256: z.string() });
const PackageJson = z.object({ version: z.string() });

export function lockSha256(): string {
  return sha256Hex(readFileSync(join(runtimeDir, "package-lock.json")));
}

/** `$XDG_CACHE_HOME/rainwire`, else `~/.cache/rainwire`. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "rainwire");
}

/** Where the install of this checkout's lock file belongs; it need not exist. */
export function installationDir(): string {
  return join(cacheRoot(), `n8n-${lockSha256().slice(0, 16)}`);
}

export function readInstalledVersion(dir: string): string {
  const text = readFileSync(join(dir, "node_modules/n8n/package.json"), "utf8");
  return PackageJson.parse(JSON.parse(text)).version;
}

/** The finished install in `dir`, or undefined when there is none or it belongs to another lock file. */
export function findInstallation(dir = installationDir()): Installation | undefined {
  const markerPath = join(dir, MARKER_FILE);
  const binPath = join(dir, "node_modules/n8n/bin/n8n");
  if (!existsSync(markerPath) || !existsSync(binPath)) return undefined;
  const marker = Marker.safeParse(JSON.parse(readFileSync(markerPath, "utf8")));
  if (!marker.success || marker.data.lockSha256 !== lockSha256()) return undefined;
  return { binPath, version: marker.data.version };
}
