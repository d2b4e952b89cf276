import { type Block, type Body, blocksOf, describeBlock, isTrue, nameOf, stringOf } from "./ast.ts";
import { checkNames } from "./check-names.ts";
import { checkReferences } from "./check-references.ts";
import { checkShape } from "./check-shape.ts";
import { readCron } from "./cron.ts";
import { createDiagnosticLog, type Diagnostics, type Report } from "./diagnostics.ts";
import { findEntry, HANDLER_KINDS, type HasFile, possibleEntries } from "./entries.ts";

export interface CheckOptions {
  /** The name that messages begin with. */
  readonly file: string;
  /** Left out, the handlers' files are not looked for (`--syntax-only`). */
  readonly folders?: HasFile | undefined;
}

/** Runs every check over the tree and returns all that was found at once. */
export function check(document: Body, { file, folders }: CheckOptions): Diagnostics {
  const log = createDiagnosticLog(file);
  checkShape(document, log);
  const applications = blocksOf(document, "application");
  if (applications.length === 0) {
    log.error({ line: 1, column: 1 }, 'a manifest holds exactly one application; write application "name" { … }');
  }
  for (const application of applications) {
    checkNames(application, log);
    checkReferences(application, log);
    checkSecrets(application, log);
    checkCrons(application, log);
    if (folders !== undefined) checkFolders(application, folders, log);
  }
  return log.sorted();
}

function checkSecrets(application: Block, report: Report): void {
  const owners = [application, ...blocksOf(application, "service")];
  for (const env of owners.flatMap((owner) => blocksOf(owner, "env"))) {
    const preset = env.attributes.find(({ name }) => name === "default");
    if (preset === undefined || !isTrue(env, "secret")) continue;
    const message = `${describeBlock(env)} is a secret and cannot have a default: the manifest is no place for its value`;
    report.error(preset.at, `${message}; remove the default and set it in the environment`);
  }
}

function checkCrons(application: Block, report: Report): void {
  for (const task of blocksOf(application, "task")) {
    const written = stringOf(task, "cron");
    if (written === undefined) continue;
    const reading = readCron(written.value);
    if (reading.outcome === "wrong") {
      report.error(written.at, `"${written.value}" is not a cron expression: ${reading.why}`);
    } else if (reading.outcome === "macro") {
      report.warn(written.at, `not every host knows the macro "${written.value}"; write "${reading.cron}"`);
    }
  }
}

function checkFolders(application: Block, folders: HasFile, report: Report): void {
  for (const kind of HANDLER_KINDS) {
    for (const block of blocksOf(application, kind)) {
      const name = nameOf(block);
      if (name === undefined || findEntry(kind, name, folders) !== undefined) continue;
      const [rainwire, raindrop] = possibleEntries(kind, name);
      report.error(block.at, `${describeBlock(block)} has no handler: write ${rainwire} (or ${raindrop})`);
    }
  }
}
