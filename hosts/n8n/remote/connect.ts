import {
  createN8nAuthoring,
  type N8nAuthoring,
  type StoredCredential,
  type StoredWorkflow,
} from "#shared/adapters/n8n/n8n-authoring.ts";
import { readMarker } from "./marker.ts";

const ANSWER_WITHIN_MS = 60_000;

/** What `workflows` needs its API key for. */
export const NEEDED_SCOPES = [
  "workflow:list",
  "workflow:read",
  "workflow:create",
  "workflow:update",
  "workflow:activate",
  "workflow:deactivate",
  "credential:list",
  "credential:create",
  "credential:update",
];

/** What the key lacks of the scopes that a push needs; none where n8n does not tell. */
export const missingScopes = (scopes: readonly string[] | undefined): string[] =>
  scopes === undefined ? [] : NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));

/** An n8n at the other end of its public API. */
export interface RemoteN8n {
  /** Without a closing slash. */
  readonly url: string;
  readonly apiKey: string;
  readonly authoring: N8nAuthoring;
}

export function connect(url: string, apiKey: string): RemoteN8n {
  // A redirect would take the key along, to whatever host it names.
  const send = (request: Request) =>
    fetch(request, { redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return { url: url.replace(/\/+$/, ""), apiKey, authoring: createN8nAuthoring({ baseUrl: url, apiKey, send }) };
}

/** What an n8n holds now. */
export interface RemoteState {
  workflows: StoredWorkflow[];
  credentials: StoredCredential[];
  /** False when the key may not list credentials: only those that workflows of ours use are known then. */
  areCredentialsListed: boolean;
}

export async function readRemote({ authoring }: RemoteN8n): Promise<RemoteState> {
  const workflows = await authoring.listWorkflows();
  const listed = await authoring.listCredentials();
  return { workflows, credentials: listed ?? credentialsInUse(workflows), areCredentialsListed: listed !== undefined };
}

/** Where the last push said that Rainwire's hooks are. */
export function pushedHooksUrl({ workflows }: RemoteState): string | undefined {
  const urls = workflows.flatMap(({ isArchived, nodes }) => (isArchived ? [] : (readMarker(nodes)?.hooksUrl ?? [])));
  return urls[0];
}

function credentialsInUse(workflows: readonly StoredWorkflow[]): StoredCredential[] {
  return workflows
    .filter(({ isArchived, nodes }) => !isArchived && readMarker(nodes) !== undefined)
    .flatMap(({ nodes }) => nodes)
    .flatMap(({ credentials }) => Object.entries(credentials ?? {}))
    .flatMap(([type, { id, name }]) => (id ? [{ id, name, type }] : []));
}
