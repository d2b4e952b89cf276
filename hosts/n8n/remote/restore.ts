import type { StoredWorkflow, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { webhooksOf } from "../workflow-file.ts";
import type { Backup } from "./backup.ts";
import type { RemoteN8n, RemoteState } from "./connect.ts";
import { isOurs, workflowIdOf } from "./find-workflow.ts";
import { hashContent } from "./hash-content.ts";
import { publish } from "./publish.ts";
import { UsageError } from "./usage-error.ts";

export interface RestoredWorkflow {
  name: string;
  n8nWorkflowId: string;
  outcome: "updated" | "created" | "unchanged";
}

/**
 * Those of a backup that `names` names, by n8n's id or name or by ours; all of ours without names. Error workflows come
 * first. Throws {@link UsageError} on a name that the backup does not hold or holds twice.
 */
export function selectFromBackup({ workflows }: Backup, names: readonly string[]): StoredWorkflow[] {
  const chosen = names.length === 0 ? workflows.filter(isOurs) : names.map((name) => findNamed(workflows, name));
  const errorWorkflowIds = new Set(workflows.map(({ settings }) => settings.errorWorkflow));
  return chosen.toSorted((a, b) => Number(errorWorkflowIds.has(b.id)) - Number(errorWorkflowIds.has(a.id)));
}

/**
 * Puts workflows of a backup back, content and marker, published or not as they were. One that is gone from n8n or
 * archived is made anew, with a new id. Nothing else is touched.
 */
export async function restore(
  remote: RemoteN8n,
  state: RemoteState,
  workflows: readonly StoredWorkflow[],
  onProgress: (line: string) => void,
): Promise<RestoredWorkflow[]> {
  const newIds = new Map<unknown, string>();
  const restored: RestoredWorkflow[] = [];
  for (const workflow of workflows) {
    const now = state.workflows.find(({ id, isArchived }) => id === workflow.id && !isArchived);
    const errorWorkflow = newIds.get(workflow.settings.errorWorkflow);
    const content = contentOf(workflow, errorWorkflow === undefined ? {} : { errorWorkflow });
    const one = await restoreOne(remote, workflow, now, content);
    newIds.set(workflow.id, one.n8nWorkflowId);
    restored.push(one);
    onProgress(`${workflow.name}: ${one.outcome}${workflow.active ? ", live" : ""}`);
  }
  return restored;
}

async function restoreOne(
  remote: RemoteN8n,
  workflow: StoredWorkflow,
  now: StoredWorkflow | undefined,
  content: WorkflowContent,
): Promise<RestoredWorkflow> {
  const { authoring } = remote;
  const isSame = now !== undefined && now.versionId === workflow.versionId && hashContent(now) === hashContent(content);
  const written = isSame
    ? now
    : now === undefined
      ? await authoring.createWorkflow(content)
      : await authoring.updateWorkflow(now.id, content);
  if (workflow.active) await publish(remote, written, webhooksOf(written.nodes));
  else if (written.active) await authoring.deactivate(written.id);
  const isUnchanged = isSame && now.active === workflow.active;
  const outcome = now === undefined ? "created" : isUnchanged ? "unchanged" : "updated";
  return { name: workflow.name, n8nWorkflowId: written.id, outcome };
}

function contentOf(workflow: StoredWorkflow, settings: Record<string, string>): WorkflowContent {
  const { name, nodes, connections, nodeGroups } = workflow;
  return { name, nodes, connections, nodeGroups, settings: { ...workflow.settings, ...settings } };
}

function findNamed(workflows: readonly StoredWorkflow[], wanted: string): StoredWorkflow {
  const matches = workflows.filter(({ id, name }) => [id, name, workflowIdOf(name)].includes(wanted));
  const [workflow, ...more] = matches;
  if (workflow === undefined) {
    throw new UsageError(`The backup has no "${wanted}". It has: ${workflows.map(({ name }) => name).join(", ")}.`);
  }
  if (more.length > 0) {
    const ids = matches.map(({ id }) => id).join(" or ");
    throw new UsageError(`The backup has several workflows "${wanted}": name one by its id, ${ids}.`);
  }
  return workflow;
}
