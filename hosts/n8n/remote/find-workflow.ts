import type { StoredWorkflow } from "#shared/adapters/n8n/n8n-authoring.ts";
import { readMarker } from "./marker.ts";

/** Names of all workflows that ship with Rainwire begin so. */
const NAME_PREFIX = "Rainwire: ";

/** `planning-agent` of that or of `Rainwire: planning-agent`. */
export const workflowIdOf = (name: string): string =>
  name.startsWith(NAME_PREFIX) ? name.slice(NAME_PREFIX.length) : name;

export type Found =
  | { kind: "none" }
  | { kind: "one"; workflow: StoredWorkflow }
  | { kind: "several"; workflows: StoredWorkflow[] };

/**
 * Finds a workflow of ours by name and marker. One that has both wins over copies of it; one that has either is taken
 * for it (renamed, or made by hand). What is archived counts as gone.
 */
export function findWorkflow(id: string, name: string, stored: readonly StoredWorkflow[]): Found {
  const candidates = stored.filter(
    (workflow) => !workflow.isArchived && (workflow.name === name || isMarkedAs(workflow, id)),
  );
  const both = candidates.filter((workflow) => workflow.name === name && isMarkedAs(workflow, id));
  const [workflow, ...more] = both.length === 1 ? both : candidates;
  if (workflow === undefined) return { kind: "none" };
  return more.length === 0 ? { kind: "one", workflow } : { kind: "several", workflows: [workflow, ...more] };
}

/** Whether a push put it there, or it has the name of one that could have. */
export const isOurs = (workflow: StoredWorkflow): boolean =>
  readMarker(workflow.nodes) !== undefined || workflow.name.startsWith(NAME_PREFIX);

const isMarkedAs = ({ nodes }: StoredWorkflow, id: string): boolean => readMarker(nodes)?.workflow === id;
