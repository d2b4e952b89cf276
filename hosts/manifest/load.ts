import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { formatDiagnostic } from "./diagnostics.ts";
import type { HasFile } from "./entries.ts";
import type { Manifest } from "./manifest.ts";
import { readManifest } from "./read.ts";

/** The manifest has errors; the message lists each of them on a line of its own. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}

/** Looks for handlers beside the manifest at `path`. */
export function filesBeside(path: string): HasFile {
  const root = dirname(path);
  return (file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Reads, checks and returns the manifest at `path`, with its handlers' files looked for beside it. `warn` is called
 * with each warning as a line of text. Throws {@link ManifestError}, and what `node:fs` throws when the file cannot
 * be read.
 */
export function loadManifest(path: string, warn: (line: string) => void): Manifest {
  const text = readFileSync(path, "utf8");
  const { manifest, errors, warnings } = readManifest(text, { file: basename(path), folders: filesBeside(path) });
  for (const warning of warnings) warn(formatDiagnostic(warning));
  if (manifest !== undefined) return manifest;
  throw new ManifestError(errors.map(formatDiagnostic).join("\n"));
}
