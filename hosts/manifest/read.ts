import { blocksOf } from "./ast.ts";
import { check } from "./check.ts";
import { declare } from "./declare.ts";
import { createDiagnosticLog, type Diagnostics } from "./diagnostics.ts";
import type { HasFile } from "./entries.ts";
import type { Manifest } from "./manifest.ts";
import { parse } from "./parse.ts";

export interface ReadOptions {
  /** The name that messages begin with; the text is not read from there. */
  readonly file: string;
  /**
   * Says whether a handler's file exists, so that a missing one is an error and `entry` is the one found. Left out,
   * nothing is looked for and `entry` is Rainwire's own place for it.
   */
  readonly folders?: HasFile | undefined;
}

export interface ManifestReading extends Diagnostics {
  /** There exactly when `errors` is empty; warnings do not prevent it. */
  readonly manifest: Manifest | undefined;
}

/** Parses and checks a manifest. Pure; never throws for what the text says: everything wrong with it is in `errors`. */
export function readManifest(text: string, { file, folders }: ReadOptions): ManifestReading {
  const log = createDiagnosticLog(file);
  const document = parse(text, log);
  const { errors, warnings } = check(document, { file, folders });
  for (const error of errors) log.error(error, error.message);
  for (const warning of warnings) log.warn(warning, warning.message);

  const diagnostics = log.sorted();
  const application = blocksOf(document, "application")[0];
  const isSound = diagnostics.errors.length === 0 && application !== undefined;
  return { manifest: isSound ? declare(application, file, folders) : undefined, ...diagnostics };
}
