import type { WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";
import { withoutMarker } from "./marker.ts";

/** n8n writes these into the settings of a workflow by itself. */
const OWN_SETTINGS: Record<string, unknown> = {
  callerPolicy: "workflowsFromSameOwner",
  availableInMCP: false,
  binaryMode: undefined,
};

/**
 * What a workflow is, whatever the order in which n8n or a file states it: no marker, no settings that n8n adds, no
 * connections that lead nowhere; nodes by name. Pinned test data does not count: a push leaves it alone.
 */
export function normalise(content: WorkflowContent): WorkflowContent {
  const { name, nodes, connections, settings, nodeGroups } = withoutMarker(content);
  return {
    name,
    nodes: nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    connections: Object.fromEntries(
      Object.entries(connections).flatMap(([from, outputs]) => {
        const led = withoutEmptyOutputs(outputs);
        return led === undefined ? [] : [[from, led]];
      }),
    ),
    settings: Object.fromEntries(
      Object.entries(settings).filter(
        ([key, value]) => !(key in OWN_SETTINGS && (OWN_SETTINGS[key] === undefined || OWN_SETTINGS[key] === value)),
      ),
    ),
    nodeGroups,
  };
}

/** SHA-256 of the normalised content, cut to 32 hex digits. */
export function hashContent(content: WorkflowContent): string {
  return sha256Hex(canonicalJson(normalise(content))).slice(0, 32);
}

function withoutEmptyOutputs(outputs: unknown): object | undefined {
  if (outputs === null || typeof outputs !== "object") return undefined;
  const kept = Object.entries(outputs).flatMap(([kind, lists]) => {
    if (!Array.isArray(lists)) return [];
    const targets = lists.map((list: unknown) => (Array.isArray(list) ? list : []));
    const last = targets.findLastIndex((list) => list.length > 0);
    return last < 0 ? [] : [[kind, targets.slice(0, last + 1)]];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
