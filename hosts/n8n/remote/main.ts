import { readEnvironment } from "#hosts/starting/environment.ts";
import { N8nApiError } from "#shared/adapters/n8n/n8n-api.ts";
import { HELP, readCommandLine } from "./command-line.ts";
import { NEEDED_SCOPES } from "./connect.ts";
import { EditedMeanwhileError } from "./put-workflow.ts";
import { type CommandResult, EXIT, type ExitCode } from "./report.ts";
import { runCommand } from "./run-command.ts";
import { UsageError } from "./usage-error.ts";

export interface MainInput {
  args: string[];
  rootDir: string;
  workingDir: string;
  processEnv: NodeJS.ProcessEnv;
  out(line: string): void;
  err(line: string): void;
}

/** The command `workflows`, from its arguments to its exit code. Never throws and never shows a key. */
export async function main({ args, rootDir, workingDir, processEnv, out, err }: MainInput): Promise<ExitCode> {
  const isJson = args.includes("--json");
  try {
    const environment = readEnvironment({ rootDir, processEnv });
    const line = readCommandLine(args, environment);
    if (line === undefined) {
      out(HELP);
      return EXIT.ok;
    }
    const result = await runCommand({ line, rootDir, environment, workingDir, onProgress: isJson ? err : out });
    report(result, isJson, out);
    return result.exitCode;
  } catch (error) {
    const exitCode =
      error instanceof UsageError ? EXIT.usage : error instanceof EditedMeanwhileError ? EXIT.conflict : EXIT.failed;
    const message = explain(error);
    if (isJson) out(JSON.stringify({ error: message, exitCode }));
    err(message);
    return exitCode;
  }
}

function report({ data, exitCode, lines }: CommandResult, isJson: boolean, out: MainInput["out"]): void {
  out(isJson ? JSON.stringify({ ...data, exitCode }, null, 2) : lines.join("\n"));
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof N8nApiError)) return error.message;
  switch (error.code) {
    case "unauthorized":
      return `${error.message} It needs the scopes ${NEEDED_SCOPES.join(", ")}.`;
    case "not_found":
      return error.message.includes("/api/v1/workflows:")
        ? `${error.message}. Is this an n8n, and is its public API on (N8N_PUBLIC_API_DISABLED)? Its trial plans have none.`
        : error.message;
    default:
      return error.status !== undefined && error.status >= 300 && error.status < 400
        ? `${error.message}. It redirects: give the address that it leads to as --url.`
        : error.message;
  }
}
