import type { CommandLine } from "./command-line.ts";
import { compareWorkflows } from "./compare.ts";
import type { RemoteN8n, RemoteState } from "./connect.ts";
import type { LocalWorkflow } from "./local-workflows.ts";

export interface RunInput {
  line: CommandLine;
  /** The checkout. */
  rootDir: string;
  environment: NodeJS.Dict<string>;
  /** Where relative paths of the command line begin. */
  workingDir: string;
  onProgress(line: string): void;
}

/** What every command works with. */
export interface CommandContext extends RunInput {
  remote: RemoteN8n;
  state: RemoteState;
  hooksUrl: string;
  locals: LocalWorkflow[];
  /** Those that the names on the command line name; all without names. */
  chosen: LocalWorkflow[];
  dataDir: string;
  backupsDir: string;
}

/** Those on the command line beside what n8n holds. All take part, so that each knows the others' ids. */
export const compareChosen = ({ locals, chosen, state }: CommandContext) =>
  compareWorkflows(locals, state).filter(({ local }) => chosen.includes(local));
