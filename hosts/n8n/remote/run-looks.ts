import { resolve } from "node:path";
import { type CommandContext, compareChosen } from "./command-context.ts";
import { isConflict } from "./decide.ts";
import { pull } from "./pull.ts";
import { type RemoteStatus, readStatus } from "./read-status.ts";
import { type CommandResult, describeWorkflow, EXIT, reportWorkflow } from "./report.ts";

/** `diff`: how each workflow compares. 3 when a push would refuse one. */
export async function runDiff(ctx: CommandContext): Promise<CommandResult> {
  const compared = compareChosen(ctx);
  return {
    exitCode: compared.some(({ decision }) => isConflict(decision)) ? EXIT.conflict : EXIT.ok,
    data: { command: "diff", url: ctx.remote.url, workflows: compared.map(reportWorkflow) },
    lines: compared.flatMap(describeWorkflow),
  };
}

/** `pull`: writes what was changed there to files. */
export async function runPull(ctx: CommandContext): Promise<CommandResult> {
  const { line, workingDir, locals, state } = ctx;
  const compared = compareChosen(ctx);
  const wanted = line.names.length > 0 ? compared : compared.filter(({ decision }) => isConflict(decision));
  const dir = resolve(workingDir, line.into);
  const pulled = pull(wanted, locals, state, dir);
  return {
    exitCode: EXIT.ok,
    data: { command: "pull", url: ctx.remote.url, into: dir, workflows: pulled },
    lines:
      pulled.length > 0
        ? pulled.map(({ workflow, path, isChanged }) => `${workflow}: ${isChanged ? "wrote" : "already in"} ${path}`)
        : ["nothing to pull: no workflow was edited there"],
  };
}

/** `status`: 1 when a workflow is missing, not published or not live, or a credential is missing. */
export async function runStatus(ctx: CommandContext): Promise<CommandResult> {
  const status = await readStatus(ctx.remote, ctx.state, compareChosen(ctx));
  const isReady =
    status.workflows.every((one) => one.isPublished && one.webhooks.every(({ isLive }) => isLive)) &&
    status.credentials.every(({ isPresent }) => isPresent !== false);
  return {
    exitCode: isReady ? EXIT.ok : EXIT.failed,
    data: { command: "status", isReady, ...status },
    lines: describeStatus(status),
  };
}

function describeStatus(status: RemoteStatus): string[] {
  const version = status.version === null ? "n8n (it does not tell its version)" : `n8n ${status.version}`;
  return [
    `${version} at ${status.url}: ${status.isHealthy ? "healthy" : "its /healthz does not answer"}`,
    ...(status.missingScopes.length > 0 ? [`the API key lacks: ${status.missingScopes.join(", ")}`] : []),
    ...status.workflows.map((one) => `${one.workflow.padEnd(26)} ${wordsFor(one)}`),
    ...status.credentials.map(
      ({ name, isPresent }) =>
        `credential "${name}": ${isPresent === null ? "not known (the key may not list credentials)" : isPresent ? "present" : "missing"}`,
    ),
    `${status.otherWorkflows} other workflows`,
  ];
}

function wordsFor({ n8nWorkflowId, isActive, isPublished, webhooks }: RemoteStatus["workflows"][number]): string {
  if (n8nWorkflowId === null) return "not there";
  const state = isPublished
    ? "published"
    : isActive
      ? "published in another version than the editor's"
      : "not published";
  const live = webhooks.map(({ path, isLive }) => `, /webhook/${path} ${isLive ? "live" : "not live"}`);
  return `${state}${live.join("")} (${n8nWorkflowId})`;
}
