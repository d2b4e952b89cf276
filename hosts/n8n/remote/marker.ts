import type { N8nNode, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { stableId } from "../../../workflows/source/stable-id.ts";

/** What a push leaves in a workflow, to know it again and to see what was changed since. */
export interface Marker {
  /** The file's name without `.json`. */
  workflow: string;
  /** Hash of what was pushed. */
  pushedHash: string;
  /** Hash of what n8n made of it; another one later means that the workflow was edited in n8n. */
  storedHash: string;
  hooksUrl: string;
}

const LINE = /rainwire-push:1 workflow=(\S+) pushed=(\S+) stored=(\S+) hooks=([^\s`]+)/;
const NOTE_NAME = "Rainwire Push";
const NOTE_WIDTH = 580;
const NOTE_HEIGHT = 180;

/**
 * Adds a sticky note that carries the marker: the one place that survives n8n's public API, its editor, its exports and
 * its older versions alike. `settings` refuses unknown keys, `meta` and tags are read-only, `description` is not listed.
 */
export function withMarker(content: WorkflowContent, marker: Marker): WorkflowContent {
  const places = content.nodes.map(({ position }) => position ?? []);
  const left = Math.min(...places.map(([x = 0]) => x));
  const top = Math.min(...places.map(([, y = 0]) => y));
  const { workflow, pushedHash, storedHash, hooksUrl } = marker;
  const line = `rainwire-push:1 workflow=${workflow} pushed=${pushedHash} stored=${storedHash} hooks=${encodeURI(hooksUrl)}`;
  const note: N8nNode = {
    id: stableId(workflow, NOTE_NAME),
    name: NOTE_NAME,
    type: "n8n-nodes-base.stickyNote",
    typeVersion: 1,
    position: [left, top - NOTE_HEIGHT - 40],
    parameters: {
      content: `Pushed by Rainwire. Edits are safe: the next push sees them and leaves them alone unless told otherwise. Keep this note; it is how the workflow is known again.\n\n\`${line}\``,
      width: NOTE_WIDTH,
      height: NOTE_HEIGHT,
    },
  };
  return { ...content, nodes: [...content.nodes, note] };
}

export function readMarker(nodes: readonly N8nNode[]): Marker | undefined {
  for (const node of nodes) {
    const match = isNote(node) ? LINE.exec(String(node.parameters.content ?? "")) : null;
    if (match === null) continue;
    const [, workflow = "", pushedHash = "", storedHash = "", hooksUrl = ""] = match;
    return { workflow, pushedHash, storedHash, hooksUrl: decodeURI(hooksUrl) };
  }
  return undefined;
}

/** Everything but the note, also one whose marker was spoilt. */
export function withoutMarker<Content extends { nodes: N8nNode[] }>(content: Content): Content {
  return { ...content, nodes: content.nodes.filter((node) => !isNote(node)) };
}

/** n8n renames the note of a workflow that was pasted beside another, hence the prefix. */
const isNote = ({ name, type }: N8nNode): boolean => type === "n8n-nodes-base.stickyNote" && name.startsWith(NOTE_NAME);
