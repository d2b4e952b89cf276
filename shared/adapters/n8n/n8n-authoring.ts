import { z } from "zod";
import { allPages, createN8nCall, N8nApiError, type N8nApiOptions, query } from "./n8n-api.ts";

const CredentialUse = z.looseObject({ id: z.string().nullish(), name: z.string() });

export const N8nNode = z.looseObject({
  id: z.string().optional(),
  name: z.string(),
  type: z.string(),
  position: z.array(z.number()).optional(),
  disabled: z.boolean().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  credentials: z.record(z.string(), CredentialUse).optional(),
});
export type N8nNode = z.infer<typeof N8nNode>;

/** What n8n takes when a workflow is made or changed; it gives ids itself. */
export const WorkflowContent = z.object({
  name: z.string(),
  nodes: z.array(N8nNode),
  connections: z.record(z.string(), z.unknown()),
  settings: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((settings) => settings ?? {}),
  /** Frames on the canvas. */
  nodeGroups: z
    .array(z.unknown())
    .nullish()
    .transform((groups) => groups ?? []),
});
export type WorkflowContent = z.infer<typeof WorkflowContent>;

/** A workflow with all that n8n tells of it, also what this client has no name for. */
export const StoredWorkflow = z.looseObject({
  ...WorkflowContent.shape,
  id: z.string(),
  active: z.boolean(),
  isArchived: z.boolean().nullish(),
  /** Of the draft, which the editor shows. */
  versionId: z.string().nullish(),
  /** Of what is published; null while nothing is. Absent before n8n 2. */
  activeVersionId: z.string().nullish(),
});
export type StoredWorkflow = z.infer<typeof StoredWorkflow>;

export const StoredCredential = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type StoredCredential = z.infer<typeof StoredCredential>;

const WorkflowPage = z.object({ data: z.array(StoredWorkflow), nextCursor: z.string().nullish() });
const CredentialPage = z.object({ data: z.array(StoredCredential), nextCursor: z.string().nullish() });
const Discovery = z.object({ data: z.object({ scopes: z.array(z.string()) }) });

export interface NewCredential extends StoredCredential {
  /** In plain text; n8n encrypts it. */
  data: Record<string, unknown>;
}

/** Writes workflows and credentials on any n8n. It can delete nothing. */
export interface N8nAuthoring {
  /** Scopes of the key; undefined on an n8n that does not tell. */
  scopes(): Promise<string[] | undefined>;
  /** All that the key's owner may see, archived ones included. */
  listWorkflows(): Promise<StoredWorkflow[]>;
  getWorkflow(id: string): Promise<StoredWorkflow>;
  createWorkflow(content: WorkflowContent): Promise<StoredWorkflow>;
  /** Publishes the change too when the workflow is published. Settings that are not named stay. */
  updateWorkflow(id: string, content: WorkflowContent): Promise<StoredWorkflow>;
  activate(id: string): Promise<StoredWorkflow>;
  deactivate(id: string): Promise<StoredWorkflow>;
  /** Owners and administrators only; undefined for another key. */
  listCredentials(): Promise<StoredCredential[] | undefined>;
  /** `refused` with status 409 when the id is taken. */
  createCredential(credential: NewCredential): Promise<StoredCredential>;
  updateCredential(id: string, data: Record<string, unknown>): Promise<StoredCredential>;
}

/** A client of the writing part of n8n's public API v1 (2.41). Every method throws `N8nApiError` when it has no result. */
export function createN8nAuthoring(options: N8nApiOptions): N8nAuthoring {
  const call = createN8nCall(options);
  const workflow = (id: string) => `/workflows/${encodeURIComponent(id)}`;
  return {
    scopes: () =>
      unless(["not_found", "unexpected_answer"], async () => (await call("GET", "/discover", Discovery)).data.scopes),
    listWorkflows: () => allPages((cursor) => call("GET", `/workflows?${query({ limit: 50, cursor })}`, WorkflowPage)),
    getWorkflow: (id) => call("GET", workflow(id), StoredWorkflow),
    createWorkflow: (content) => call("POST", "/workflows", StoredWorkflow, writable(content)),
    updateWorkflow: (id, content) => call("PUT", workflow(id), StoredWorkflow, writable(content)),
    activate: (id) => call("POST", `${workflow(id)}/activate`, StoredWorkflow),
    deactivate: (id) => call("POST", `${workflow(id)}/deactivate`, StoredWorkflow),
    listCredentials: () =>
      unless(["unauthorized"], () =>
        allPages((cursor) => call("GET", `/credentials?${query({ limit: 250, cursor })}`, CredentialPage)),
      ),
    createCredential: (credential) => call("POST", "/credentials", StoredCredential, credential),
    updateCredential: (id, data) => call("PATCH", `/credentials/${encodeURIComponent(id)}`, StoredCredential, { data }),
  };
}

/** An n8n without node groups refuses the word. */
function writable({ nodeGroups, ...content }: WorkflowContent): object {
  return nodeGroups.length > 0 ? { ...content, nodeGroups } : content;
}

async function unless<T>(codes: N8nApiError["code"][], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof N8nApiError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
