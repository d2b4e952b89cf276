import type { N8nNode, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { canonicalJson } from "#shared/kernel/hash.ts";
import { normalise } from "./hash-content.ts";

/** Lines that say how `there` differs from `here`, node by node: `+` only there, `-` only here, `~` differs. */
export function describeChanges(here: WorkflowContent, there: WorkflowContent): string[] {
  const [ours, theirs] = [normalise(here), normalise(there)];
  const ourNodes = new Map(ours.nodes.map((node) => [node.name, node]));
  const theirNodes = new Map(theirs.nodes.map((node) => [node.name, node]));
  return [
    ...(ours.name === theirs.name ? [] : [`~ name: "${ours.name}" → "${theirs.name}"`]),
    ...ours.nodes.filter(({ name }) => !theirNodes.has(name)).map((node) => `- node "${node.name}" (${node.type})`),
    ...theirs.nodes.flatMap((node) => {
      const our = ourNodes.get(node.name);
      return our === undefined ? [`+ node "${node.name}" (${node.type})`] : describeNode(our, node);
    }),
    ...describeKeys("connections of", ours.connections, theirs.connections),
    ...describeKeys("setting", ours.settings, theirs.settings),
    ...(canonicalJson(ours.nodeGroups) === canonicalJson(theirs.nodeGroups) ? [] : ["~ groups of nodes"]),
  ];
}

function describeNode(our: N8nNode, their: N8nNode): string[] {
  return differingPaths(our, their).map(([path, before, after]) =>
    path === "position" ? `~ node "${our.name}" was moved` : `~ node "${our.name}": ${path} ${change(before, after)}`,
  );
}

function describeKeys(what: string, ours: Record<string, unknown>, theirs: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((key) => {
    const [our, their] = [ours[key], theirs[key]];
    if (canonicalJson(our) === canonicalJson(their)) return [];
    const sign = our === undefined ? "+" : their === undefined ? "-" : "~";
    return [`${sign} ${what} "${key}"${isScalar(our) && isScalar(their) ? ` ${change(our, their)}` : ""}`];
  });
}

type Difference = [path: string, before: unknown, after: unknown];

function differingPaths(before: unknown, after: unknown, path = ""): Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (path === "position" || !isRecord(before) || !isRecord(after)) return [[path, before, after]];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differingPaths(before[key], after[key], path === "" ? key : `${path}.${key}`),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isScalar = (value: unknown): boolean => value === null || typeof value !== "object";

const SHOWN_LENGTH = 60;

function change(before: unknown, after: unknown): string {
  if (typeof before === "string" && typeof after === "string" && (before.includes("\n") || after.includes("\n"))) {
    const [old, now] = [before.split("\n"), after.split("\n")];
    const lost = old.filter((line) => !now.includes(line)).length;
    const won = now.filter((line) => !old.includes(line)).length;
    return `changed (${won} lines added, ${lost} removed)`;
  }
  return `${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > SHOWN_LENGTH ? `${json.slice(0, SHOWN_LENGTH)}…` : json;
}
