import { isLive } from "../activate.ts";
import { type ComparedWorkflow, isPublished } from "./compare.ts";
import { missingScopes, type RemoteN8n, type RemoteState } from "./connect.ts";
import type { Decision } from "./decide.ts";
import { isHealthy, readVersion } from "./probe.ts";
import { credentialsOf, findCredential } from "./render.ts";

interface WorkflowStatus {
  workflow: string;
  n8nWorkflowId: string | null;
  decision: Decision;
  isActive: boolean;
  /** Whether what the editor shows is what runs. */
  isPublished: boolean;
  webhooks: { method: string; path: string; isLive: boolean }[];
}

export interface RemoteStatus {
  url: string;
  /** Null when n8n does not tell: its public API does not, its editor does. */
  version: string | null;
  isHealthy: boolean;
  /** Of the key; empty also where n8n does not tell. */
  missingScopes: string[];
  workflows: WorkflowStatus[];
  /** How many workflows are there that are not ours. */
  otherWorkflows: number;
  credentials: { name: string; type: string; isPresent: boolean | null }[];
}

/** Says what an n8n is and what of ours it runs; changes nothing. */
export async function readStatus(
  { url, authoring }: RemoteN8n,
  state: RemoteState,
  compared: readonly ComparedWorkflow[],
): Promise<RemoteStatus> {
  const scopes = await authoring.scopes();
  const ours = new Set(compared.map(({ stored }) => stored?.id));
  return {
    url,
    version: await readVersion(url),
    isHealthy: await isHealthy(url),
    missingScopes: missingScopes(scopes),
    workflows: await Promise.all(compared.map((one) => workflowStatus(url, one))),
    otherWorkflows: state.workflows.filter(({ id, isArchived }) => !isArchived && !ours.has(id)).length,
    credentials: credentialsOf(compared.map(({ local }) => local.content)).map(({ name, type }) => {
      const isFound = findCredential(state.credentials, { name, type }) !== undefined;
      return { name, type, isPresent: isFound || (state.areCredentialsListed ? false : null) };
    }),
  };
}

async function workflowStatus(url: string, { local, stored, decision }: ComparedWorkflow): Promise<WorkflowStatus> {
  const webhooks = await Promise.all(
    local.file.webhooks.map(async (webhook) => ({ ...webhook, isLive: await isLive(url, webhook).catch(() => false) })),
  );
  return {
    workflow: local.id,
    n8nWorkflowId: stored?.id ?? null,
    decision,
    isActive: stored?.active ?? false,
    isPublished: stored !== undefined && isPublished(stored),
    webhooks,
  };
}
