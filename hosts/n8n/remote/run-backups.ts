import { resolve } from "node:path";
import { readBackup, writeBackup } from "./backup.ts";
import type { CommandContext } from "./command-context.ts";
import { type CommandResult, EXIT } from "./report.ts";
import { restore, selectFromBackup } from "./restore.ts";

/** `backup`: every workflow that is there, archived ones too. */
export async function runBackup(ctx: CommandContext): Promise<CommandResult> {
  const dir = backUp(ctx);
  const { workflows } = ctx.state;
  return {
    exitCode: EXIT.ok,
    data: { command: "backup", url: ctx.remote.url, backup: dir, workflows: workflows.length },
    lines: [`backed up ${workflows.length} workflows: ${dir}`],
  };
}

/** `restore`: puts workflows of a backup back, after a backup of what is there. */
export async function runRestore(ctx: CommandContext): Promise<CommandResult> {
  const { line, remote, state, workingDir, onProgress } = ctx;
  const backup = readBackup(resolve(workingDir, line.backup ?? ""));
  const workflows = selectFromBackup(backup, line.names);
  const data = { command: "restore", url: remote.url, from: backup.takenAt };
  if (line.isDryRun) {
    const names = workflows.map(({ name }) => name);
    return {
      exitCode: EXIT.ok,
      data: { ...data, outcome: "planned", workflows: names },
      lines: [...names, "nothing was written (--dry-run)"],
    };
  }
  const dir = backUp(ctx);
  onProgress(`backed up ${state.workflows.length} workflows: ${dir}`);
  const restored = await restore(remote, state, workflows, onProgress);
  const changed = restored.filter(({ outcome }) => outcome !== "unchanged").length;
  return {
    exitCode: EXIT.ok,
    data: { ...data, outcome: "restored", backup: dir, workflows: restored },
    lines: [`restored ${changed} workflows as of ${backup.takenAt}, ${restored.length - changed} were so already`],
  };
}

const backUp = ({ backupsDir, remote, state }: CommandContext): string =>
  writeBackup(backupsDir, { url: remote.url, takenAt: new Date().toISOString(), workflows: state.workflows });
