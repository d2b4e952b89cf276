import type { NewCredential, StoredWorkflow } from "#shared/adapters/n8n/n8n-authoring.ts";
import { type Backup, writeBackup } from "./backup.ts";
import { type ComparedWorkflow, compareWorkflows, isPublished, remoteIds } from "./compare.ts";
import type { RemoteN8n, RemoteState } from "./connect.ts";
import { isConflict } from "./decide.ts";
import { type EnsuredCredential, ensureCredentials } from "./ensure-credentials.ts";
import type { LocalWorkflow } from "./local-workflows.ts";
import { publish } from "./publish.ts";
import { putWorkflow } from "./put-workflow.ts";
import { credentialsOf, findCredential, renderFor } from "./render.ts";

export interface PushInput {
  remote: RemoteN8n;
  state: RemoteState;
  locals: readonly LocalWorkflow[];
  /** Ids of those to push; the others only lend their ids. */
  selected: ReadonlySet<string>;
  hooksUrl: string;
  /** Ids of those whose edits in n8n may be written over. */
  overwrite: ReadonlySet<string>;
  shouldPublish: boolean;
  shouldRenewCredentials: boolean;
  isDryRun: boolean;
  /** The host's; asked for only when n8n lacks one. */
  ourCredentials(): NewCredential[];
  backupsDir: string;
  takenAt: string;
  onProgress(line: string): void;
}

type PushAction = "none" | "create" | "update" | "publish" | "refuse";

export interface PlannedPush extends ComparedWorkflow {
  action: PushAction;
}

export interface PushOutcome {
  kind: "refused" | "planned" | "unchanged" | "pushed";
  plan: PlannedPush[];
  credentials: EnsuredCredential[];
  backupDir: string | undefined;
}

/**
 * Brings an n8n to what the project holds: credentials, then error workflows, then the others, each published and live
 * before the next. Writes nothing when one was edited in n8n and may not be written over, and deletes nothing ever.
 */
export async function push(input: PushInput): Promise<PushOutcome> {
  const { remote, state, locals, selected, isDryRun, onProgress } = input;
  const chosen = locals.filter(({ id }) => selected.has(id));
  const plan = compareWorkflows(locals, state)
    .filter(({ local }) => selected.has(local.id))
    .map((compared) => ({ ...compared, action: actionFor(compared, input) }));
  const needed = credentialsOf(chosen.map(({ content }) => content));
  const mustWriteCredentials =
    input.shouldRenewCredentials || needed.some((use) => findCredential(state.credentials, use) === undefined);
  const nothing = { plan, credentials: [], backupDir: undefined };

  if (plan.some(({ action }) => action === "refuse")) return { kind: "refused", ...nothing };
  if (!mustWriteCredentials && plan.every(({ action }) => action === "none")) return { kind: "unchanged", ...nothing };
  if (isDryRun) return { kind: "planned", ...nothing };

  const backupDir = backUp(input);
  const credentials = await ensureCredentials(remote.authoring, {
    stored: state.credentials,
    needed,
    ours: mustWriteCredentials ? input.ourCredentials() : [],
    shouldRenew: input.shouldRenewCredentials,
  });
  for (const { name, outcome } of credentials) onProgress(`credential "${name}": ${outcome}`);

  const ids = { credentials, workflows: new Map(remoteIds(locals, state).workflows) };
  for (const planned of plan.filter(({ action }) => action !== "none")) {
    const { local, action } = planned;
    const stored = await applyTo(input, planned, renderFor(ids, local.content));
    ids.workflows.set(local.file.id, stored.id);
    onProgress(`${local.id}: ${DONE[action]}${input.shouldPublish ? ", live" : ""}`);
  }
  return { kind: "pushed", plan, credentials, backupDir };
}

const DONE: Record<PushAction, string> = {
  none: "unchanged",
  create: "created",
  update: "updated",
  publish: "published",
  refuse: "refused",
};

function actionFor({ decision, stored, local }: ComparedWorkflow, input: PushInput): PushAction {
  if (isConflict(decision) && (decision === "ambiguous" || !input.overwrite.has(local.id))) return "refuse";
  if (stored === undefined) return "create";
  if (decision !== "unchanged") return "update";
  return input.shouldPublish && !isPublished(stored) ? "publish" : "none";
}

async function applyTo(
  { remote, hooksUrl, shouldPublish }: PushInput,
  { local, action, stored }: PlannedPush,
  content: ComparedWorkflow["content"],
): Promise<StoredWorkflow> {
  const isWrite = stored === undefined || action !== "publish";
  const written = isWrite
    ? await putWorkflow(remote.authoring, { workflow: local.id, content, hooksUrl, stored })
    : stored;
  if (shouldPublish) await publish(remote, written, local.file.webhooks);
  return written;
}

function backUp({ remote, state, backupsDir, takenAt, onProgress }: PushInput): string | undefined {
  if (state.workflows.length === 0) return undefined;
  const backup: Backup = { url: remote.url, takenAt, workflows: state.workflows };
  const dir = writeBackup(backupsDir, backup);
  onProgress(`backed up ${state.workflows.length} workflows: ${dir}`);
  return dir;
}
