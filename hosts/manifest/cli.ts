import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type Diagnostics, formatDiagnostic } from "./diagnostics.ts";
import { type GeneratedFile, generateTypes } from "./generate-types.ts";
import { filesBeside } from "./load.ts";
import { type ManifestReading, readManifest } from "./read.ts";

const HELP = `Usage:
  npm run manifest -- check [file] [--syntax-only] [--json]   says all that is wrong with a manifest
  npm run manifest -- types [file] [--check]                  writes raindrop.gen.ts beside each handler

  file            the manifest, raindrop.manifest when left out
  --syntax-only   do not look for the handlers' files
  --json          print {"errors": [...], "warnings": [...]}
  --check         write nothing; fail when a raindrop.gen.ts is missing or out of date
  --help          this text

Exit codes: 0 in order, 1 something is wrong (warnings alone do not count), 2 wrong usage or unreadable file.
`;

const OPTIONS = {
  "syntax-only": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = { check: ["syntax-only", "json"], types: ["check"] };

/** What was asked for cannot be done at all, as against a manifest that is wrong. */
class UsageError extends Error {}

function run(args: string[]): number {
  const { values, positionals } = readArguments(args);
  const [command = "", file = "raindrop.manifest", surplus] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const accepted = Object.hasOwn(OPTIONS_OF, command) ? OPTIONS_OF[command] : undefined;
  if (accepted === undefined)
    throw new UsageError(command === "" ? "say what to do: check or types" : `no command "${command}"`);
  if (surplus !== undefined) throw new UsageError(`one file at a time; "${surplus}" is too much`);
  const foreign = (["syntax-only", "json", "check"] as const).find((name) => values[name] && !accepted.includes(name));
  if (foreign !== undefined) throw new UsageError(`${command} takes no --${foreign}`);

  const reading = read(file, values["syntax-only"]);
  return command === "check" ? reportCheck(file, reading, values.json) : reportTypes(file, reading, values.check);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function read(file: string, isSyntaxOnly: boolean): ManifestReading {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read the manifest: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readManifest(text, { file, folders: isSyntaxOnly ? undefined : filesBeside(file) });
}

function reportCheck(file: string, { errors, warnings }: ManifestReading, isJson: boolean): number {
  if (isJson) console.log(JSON.stringify({ errors, warnings }, null, 2));
  else {
    printDiagnostics({ errors, warnings });
    console.log(`${file}: ${count(errors.length, "error")}, ${count(warnings.length, "warning")}`);
  }
  return errors.length === 0 ? 0 : 1;
}

function reportTypes(file: string, { manifest, errors, warnings }: ManifestReading, isCheck: boolean): number {
  printDiagnostics({ errors, warnings });
  if (manifest === undefined) return 1;
  const stale = generateTypes(manifest).filter((generated) => isStale(dirname(file), generated));
  for (const { path, text } of stale) {
    console.log(isCheck ? `${path} is out of date; run npm run manifest -- types` : `wrote ${path}`);
    if (!isCheck) writeFileSync(join(dirname(file), path), text);
  }
  if (stale.length === 0) console.log("every raindrop.gen.ts is up to date");
  return isCheck && stale.length > 0 ? 1 : 0;
}

function isStale(root: string, { path, text }: GeneratedFile): boolean {
  try {
    return readFileSync(join(root, path), "utf8") !== text;
  } catch {
    return true;
  }
}

function printDiagnostics({ errors, warnings }: Diagnostics): void {
  for (const error of errors) console.log(formatDiagnostic(error));
  for (const warning of warnings) console.log(`warning: ${formatDiagnostic(warning)}`);
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
