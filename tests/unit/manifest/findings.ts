import { formatDiagnostic } from "#hosts/manifest/diagnostics.ts";
import { readManifest } from "#hosts/manifest/read.ts";

/** What reading `text` as the file "m" finds, as a person sees it. */
export function findings(text: string, folders?: (path: string) => boolean) {
  const { errors, warnings } = readManifest(text, { file: "m", folders });
  return { errors: errors.map(formatDiagnostic), warnings: warnings.map(formatDiagnostic) };
}

/** Lines inside an application, the first of them on line 2. */
export function inApplication(...lines: string[]): string {
  return ['application "demo" {', ...lines, "}"].join("\n");
}
