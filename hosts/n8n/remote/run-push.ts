import { resolve } from "node:path";
import { credentialsFrom } from "../credentials.ts";
import type { CommandContext } from "./command-context.ts";
import { missingScopes } from "./connect.ts";
import { selectWorkflows } from "./local-workflows.ts";
import { type PlannedPush, type PushOutcome, push } from "./push.ts";
import { readRemoteSecrets } from "./read-remote-secrets.ts";
import { registerInstance } from "./register.ts";
import { type CommandResult, describeWorkflow, EXIT, reportWorkflow } from "./report.ts";

/** `push`: brings n8n to what the project holds, then tells Rainwire of it when asked. */
export async function runPush(ctx: CommandContext): Promise<CommandResult> {
  const { line, remote, state, locals, chosen, hooksUrl, backupsDir, onProgress } = ctx;
  await checkScopes(ctx);
  if (isLoopback(hooksUrl) && !isLoopback(line.url)) {
    onProgress(`warning: failures are reported to ${hooksUrl}, which is this n8n itself; give --hooks-url`);
  }
  const overwritten = line.overwrite.includes("all") ? chosen : named(ctx);
  const outcome = await push({
    remote,
    state,
    locals,
    selected: new Set(chosen.map(({ id }) => id)),
    hooksUrl,
    overwrite: new Set(overwritten.map(({ id }) => id)),
    shouldPublish: line.shouldPublish,
    shouldRenewCredentials: line.shouldRenewCredentials,
    isDryRun: line.isDryRun,
    ourCredentials: () => credentialsFrom(secretsOf(ctx)),
    backupsDir,
    takenAt: new Date().toISOString(),
    onProgress,
  });
  const isRegistered = await register(ctx, outcome);
  return {
    exitCode: outcome.kind === "refused" ? EXIT.conflict : EXIT.ok,
    data: {
      command: "push",
      url: remote.url,
      outcome: outcome.kind,
      hooksUrl,
      backup: outcome.backupDir ?? null,
      credentials: outcome.credentials,
      workflows: outcome.plan.map((planned) => ({ ...reportWorkflow(planned), action: planned.action })),
      registered: isRegistered,
    },
    lines: [...describeOutcome(outcome), ...(isRegistered ? [`registered as "${line.register?.instanceId}"`] : [])],
  };
}

const named = ({ line, locals }: CommandContext) =>
  line.overwrite.length === 0 ? [] : selectWorkflows(locals, line.overwrite);

async function checkScopes({ remote }: CommandContext): Promise<void> {
  const missing = missingScopes(await remote.authoring.scopes()).filter((scope) => scope !== "credential:list");
  if (missing.length > 0) {
    throw new Error(`The API key lacks scopes that a push needs: ${missing.join(", ")}. Make a key with them in n8n.`);
  }
}

async function register(ctx: CommandContext, { kind }: PushOutcome): Promise<boolean> {
  const { register: target, apiKey, isDryRun } = ctx.line;
  if (target === undefined || isDryRun || kind === "refused") return false;
  await registerInstance({ ...target, n8nApiKey: apiKey, secrets: secretsOf(ctx) });
  return true;
}

const secretsOf = ({ line, environment, dataDir, workingDir }: CommandContext) =>
  readRemoteSecrets({
    environment,
    secretsFile: line.secretsFile === undefined ? undefined : resolve(workingDir, line.secretsFile),
    dataDir,
  });

function describeOutcome({ kind, plan }: PushOutcome): string[] {
  const count = (action: PlannedPush["action"]) => plan.filter((planned) => planned.action === action).length;
  const counts = `${count("create")} created, ${count("update")} updated, ${count("publish")} published, ${count("none")} unchanged`;
  switch (kind) {
    case "unchanged":
      return [`nothing to do: all ${plan.length} workflows are there, unchanged and published`];
    case "pushed":
      return [`pushed: ${counts}`];
    case "planned":
      return [
        ...plan.map(({ local, action }) => `${local.id.padEnd(26)} ${action === "none" ? "unchanged" : action}`),
        "nothing was written (--dry-run)",
      ];
    case "refused": {
      const refused = plan.filter(({ action }) => action === "refuse");
      return [
        ...refused.flatMap(describeWorkflow),
        "",
        "Nothing was pushed: these are not as Rainwire left them. The lines say how n8n's version differs.",
        `Keep the edits with "pull", or write over them with ${refused.map(({ local }) => `--overwrite ${local.id}`).join(" ")} (a backup is taken first).`,
      ];
    }
  }
}

const isLoopback = (url: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);
