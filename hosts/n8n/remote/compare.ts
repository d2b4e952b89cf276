import type { StoredWorkflow, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import type { RemoteState } from "./connect.ts";
import { type Decision, decide } from "./decide.ts";
import { describeChanges } from "./describe-changes.ts";
import { findWorkflow } from "./find-workflow.ts";
import { hashContent } from "./hash-content.ts";
import type { LocalWorkflow } from "./local-workflows.ts";
import { readMarker } from "./marker.ts";
import { type RemoteIds, renderFor } from "./render.ts";

/** One workflow of the project beside the one on an n8n. */
export interface ComparedWorkflow {
  local: LocalWorkflow;
  /** As this n8n should hold it. */
  content: WorkflowContent;
  decision: Decision;
  stored: StoredWorkflow | undefined;
  /** How the stored one differs. */
  changes: string[];
}

/** Compares every workflow of the project with what an n8n holds; reads nothing and writes nothing. */
export function compareWorkflows(locals: readonly LocalWorkflow[], state: RemoteState): ComparedWorkflow[] {
  const ids = remoteIds(locals, state);
  return locals.map((local) => {
    const found = findWorkflow(local.id, local.content.name, state.workflows);
    const content = renderFor(ids, local.content);
    const stored = found.kind === "one" ? found.workflow : undefined;
    const decision = decide({
      localHash: hashContent(content),
      isAmbiguous: found.kind === "several",
      ...(stored && { remote: { hash: hashContent(stored), marker: readMarker(stored.nodes) } }),
    });
    const changes =
      found.kind === "several"
        ? found.workflows.map(({ id, name }) => `? "${name}" (${id}): rename or archive all but one in n8n`)
        : stored && decision !== "unchanged"
          ? describeChanges(content, stored)
          : [];
    return { local, content, decision, stored, changes };
  });
}

export function remoteIds(locals: readonly LocalWorkflow[], state: RemoteState): RemoteIds {
  const found = locals.flatMap(({ id, file, content }) => {
    const match = findWorkflow(id, content.name, state.workflows);
    return match.kind === "one" ? [[file.id, match.workflow.id] as const] : [];
  });
  return { credentials: state.credentials, workflows: new Map(found) };
}

/** Whether what the editor shows is what runs. */
export const isPublished = ({ active, versionId, activeVersionId }: StoredWorkflow): boolean =>
  active && (!activeVersionId || activeVersionId === versionId);
