import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { sha256Hex } from "#shared/kernel/hash.ts";

const WorkflowJson = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  settings: z.looseObject({ errorWorkflow: z.string().optional() }).optional(),
  nodes: z.array(
    z.looseObject({
      name: z.string(),
      type: z.string(),
      disabled: z.boolean().optional(),
      parameters: z.looseObject({
        path: z.string().optional(),
        httpMethod: z.union([z.string(), z.array(z.string())]).optional(),
      }),
    }),
  ),
});

export interface WorkflowFile {
  id: string;
  name: string;
  text: string;
  sha256: string;
  errorWorkflowId: string | undefined;
  webhooks: WebhookAddress[];
}

export interface WebhookAddress {
  method: string;
  /** As the node has it, without a leading slash. */
  path: string;
}

/** Reads a workflow as n8n exports it. Throws, naming the file, when the import would break on it (no id, no nodes). */
export function readWorkflowFile(path: string, rewrite: (text: string) => string = (text) => text): WorkflowFile {
  const text = rewrite(readFileSync(path, "utf8"));
  const parsed = WorkflowJson.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(`${basename(path)} is not a workflow that n8n can import: ${z.prettifyError(parsed.error)}`);
  }
  const { id, name, nodes, settings } = parsed.data;
  return {
    id,
    name,
    text,
    sha256: sha256Hex(text),
    errorWorkflowId: settings?.errorWorkflow,
    webhooks: webhooksOf(nodes),
  };
}

interface NodeWithParameters {
  type: string;
  disabled?: boolean | undefined;
  parameters: Record<string, unknown>;
}

/** Where a workflow of these nodes is called. */
export function webhooksOf(nodes: readonly NodeWithParameters[]): WebhookAddress[] {
  return nodes
    .filter((node) => node.type === "n8n-nodes-base.webhook" && !node.disabled)
    .flatMap(({ parameters: { httpMethod = "GET", path = "" } }) =>
      [httpMethod].flat().map((method) => ({ method: String(method), path: String(path).replace(/^\/+/, "") })),
    );
}

/** Every `*.json` of a folder, by name. */
export function listWorkflowFiles(dir: string): string[] {
  const names = readdirSync(dir).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(dir, name));
}

/** Throws when two files share an id, since the later would overwrite the earlier. */
export function distinct(files: WorkflowFile[]): WorkflowFile[] {
  const seen = new Map<string, string>();
  for (const { id, name } of files) {
    const other = seen.get(id);
    if (other !== undefined)
      throw new Error(`The workflows "${other}" and "${name}" share the id ${id}: give each its own.`);
    seen.set(id, name);
  }
  return files;
}
