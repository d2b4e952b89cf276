import type { N8nAuthoring, StoredWorkflow, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { hashContent } from "./hash-content.ts";
import { withMarker } from "./marker.ts";

export interface PutWorkflowInput {
  /** The workflow in Rainwire's words. */
  workflow: string;
  content: WorkflowContent;
  hooksUrl: string;
  /** What is written over, as it was when that was decided; absent: a new one is made. */
  stored: StoredWorkflow | undefined;
}

/** Somebody saved the workflow in n8n between the decision and the write. */
export class EditedMeanwhileError extends Error {
  override readonly name = "EditedMeanwhileError";
}

/**
 * Writes a workflow with its marker. The marker holds the hash of what n8n made of the content: should that differ from
 * what was sent, the marker is written once more. Throws {@link EditedMeanwhileError} rather than write over an edit.
 */
export async function putWorkflow(
  authoring: N8nAuthoring,
  { workflow, content, hooksUrl, stored }: PutWorkflowInput,
): Promise<StoredWorkflow> {
  if (stored !== undefined) await checkUnedited(authoring, stored);
  const pushedHash = hashContent(content);
  const marked = (storedHash: string) => withMarker(content, { workflow, pushedHash, storedHash, hooksUrl });
  const sent = marked(pushedHash);
  const written =
    stored === undefined
      ? await authoring.createWorkflow(sent)
      : await authoring.updateWorkflow(stored.id, {
          ...sent,
          settings: { ...resets(stored.settings), ...sent.settings },
        });
  const storedHash = hashContent(written);
  return storedHash === pushedHash ? written : await authoring.updateWorkflow(written.id, marked(storedHash));
}

async function checkUnedited(authoring: N8nAuthoring, stored: StoredWorkflow): Promise<void> {
  const now = await authoring.getWorkflow(stored.id);
  if (now.versionId === stored.versionId && hashContent(now) === hashContent(stored)) return;
  throw new EditedMeanwhileError(`"${stored.name}" was edited in n8n during the push: look at it, then push again.`);
}

/** n8n keeps a setting that a write does not name; these it takes away on this word (2.41). */
const RESETTABLE = ["errorWorkflow", "timezone"];

const resets = (settings: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(RESETTABLE.filter((key) => settings[key] !== undefined).map((key) => [key, "DEFAULT"]));
