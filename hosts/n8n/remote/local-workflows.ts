import { basename } from "node:path";
import { WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { rewriteHooksUrl } from "../rewrite-hooks-url.ts";
import { distinct, listWorkflowFiles, readWorkflowFile, type WorkflowFile } from "../workflow-file.ts";
import { workflowIdOf } from "./find-workflow.ts";
import { UsageError } from "./usage-error.ts";

/** A workflow of the project. */
export interface LocalWorkflow {
  /** The file's name without `.json`; also its webhook's path. */
  id: string;
  file: WorkflowFile;
  /** With the ids that the project gives to credentials and workflows. */
  content: WorkflowContent;
}

/** Reads every workflow of a folder, error workflows first, since n8n must know them before the others name them. */
export function readLocalWorkflows(dir: string, hooksUrl: string): LocalWorkflow[] {
  const rewrite = rewriteHooksUrl(hooksUrl);
  const paths = listWorkflowFiles(dir);
  const files = distinct(paths.map((path) => readWorkflowFile(path, rewrite)));
  const errorWorkflowIds = new Set(files.map(({ errorWorkflowId }) => errorWorkflowId));
  return files
    .map((file, index) => ({
      id: basename(paths[index] ?? "", ".json"),
      file,
      content: WorkflowContent.parse(JSON.parse(file.text)),
    }))
    .toSorted((a, b) => Number(errorWorkflowIds.has(b.file.id)) - Number(errorWorkflowIds.has(a.file.id)));
}

/** Those that `names` names, by id or by n8n's name; all without names. Throws {@link UsageError} on an unknown name. */
export function selectWorkflows(workflows: LocalWorkflow[], names: readonly string[]): LocalWorkflow[] {
  if (names.length === 0) return workflows;
  const wanted = new Set(names.map(workflowIdOf));
  const unknown = [...wanted].filter((name) => !workflows.some(({ id }) => id === name));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no workflow ${unknown.join(", ")}. There are: ${workflows.map(({ id }) => id).join(", ")}.`,
    );
  }
  return workflows.filter(({ id }) => wanted.has(id));
}
