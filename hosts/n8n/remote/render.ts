import type { StoredCredential, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";

/** What stands for an id that n8n has not given yet. */
const pending = (name: string): string => `new:${name}`;

/** Which ids an n8n gave to what the project names by ids of its own. */
export interface RemoteIds {
  credentials: readonly StoredCredential[];
  /** By the project's id of a workflow, n8n's. */
  workflows: ReadonlyMap<string, string>;
}

/** A workflow of the project as this n8n should hold it. What n8n does not have yet gets an id that says so. */
export function renderFor(ids: RemoteIds, content: WorkflowContent): WorkflowContent {
  return withIds(content, {
    credentialId: ({ type, name }) => findCredential(ids.credentials, { type, name })?.id ?? pending(name),
    workflowId: (id) => ids.workflows.get(id) ?? pending(id),
  });
}

/** The reverse: with the project's own ids again. An id that the project does not know stays as it is. */
export function renderBack({ credentials, workflows }: RemoteIds, content: WorkflowContent): WorkflowContent {
  const localIds = new Map([...workflows].map(([local, remote]) => [remote, local]));
  return withIds(content, {
    credentialId: (use) => findCredential(credentials, use)?.id ?? use.id,
    workflowId: (id) => localIds.get(id) ?? id,
  });
}

interface Ids {
  credentialId(use: StoredCredential): string;
  workflowId(id: string): string;
}

function withIds(content: WorkflowContent, { credentialId, workflowId }: Ids): WorkflowContent {
  const { errorWorkflow } = content.settings;
  return {
    ...content,
    nodes: content.nodes.map((node) =>
      node.credentials === undefined
        ? node
        : {
            ...node,
            credentials: Object.fromEntries(
              Object.entries(node.credentials).map(([type, { id, name }]) => [
                type,
                { id: credentialId({ type, name, id: id ?? "" }), name },
              ]),
            ),
          },
    ),
    settings:
      typeof errorWorkflow === "string"
        ? { ...content.settings, errorWorkflow: workflowId(errorWorkflow) }
        : content.settings,
  };
}

/** The credentials that these workflows name, each once. */
export function credentialsOf(contents: readonly WorkflowContent[]): StoredCredential[] {
  const uses = contents
    .flatMap(({ nodes }) => nodes)
    .flatMap(({ credentials }) => Object.entries(credentials ?? {}))
    .map(([type, { id, name }]) => ({ id: id ?? "", name, type }));
  return [...new Map(uses.map((use) => [`${use.type}\n${use.name}`, use])).values()];
}

export const findCredential = (
  credentials: readonly StoredCredential[],
  { type, name }: Pick<StoredCredential, "type" | "name">,
): StoredCredential | undefined => credentials.find((one) => one.type === type && one.name === name);
