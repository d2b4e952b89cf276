import { join, resolve } from "node:path";
import { dataDirOf } from "#hosts/starting/environment.ts";
import type { RunInput } from "./command-context.ts";
import { connect, pushedHooksUrl, readRemote } from "./connect.ts";
import { readLocalWorkflows, selectWorkflows } from "./local-workflows.ts";
import type { CommandResult } from "./report.ts";
import { runBackup, runRestore } from "./run-backups.ts";
import { runDiff, runPull, runStatus } from "./run-looks.ts";
import { runPush } from "./run-push.ts";

const RUN = {
  push: runPush,
  diff: runDiff,
  pull: runPull,
  status: runStatus,
  backup: runBackup,
  restore: runRestore,
};

/** Runs one command against an n8n. Throws `UsageError`, `N8nApiError`, or an error that says what went wrong. */
export async function runCommand(input: RunInput): Promise<CommandResult> {
  const { line, rootDir, environment, workingDir } = input;
  const remote = connect(line.url, line.apiKey);
  const state = await readRemote(remote);
  const hooksUrl = line.hooksUrl ?? pushedHooksUrl(state) ?? defaultHooksUrl(environment);
  const locals = readLocalWorkflows(join(rootDir, "workflows"), hooksUrl);
  const dataDir = dataDirOf(rootDir, environment);
  return await RUN[line.command]({
    ...input,
    remote,
    state,
    hooksUrl,
    locals,
    chosen: line.command === "restore" ? locals : selectWorkflows(locals, line.names),
    dataDir,
    backupsDir: line.backupsDir === undefined ? join(dataDir, "n8n-backups") : resolve(workingDir, line.backupsDir),
  });
}

const defaultHooksUrl = ({ HOOKS_URL, PUBLIC_URL = "http://127.0.0.1:8787" }: NodeJS.Dict<string>): string =>
  HOOKS_URL ?? `${PUBLIC_URL.replace(/\/+$/, "")}/hooks`;
