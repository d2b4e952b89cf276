import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";
import { rewriteHooksUrl, SHIPPED_HOOKS_URL } from "../rewrite-hooks-url.ts";
import { type ComparedWorkflow, remoteIds } from "./compare.ts";
import type { RemoteState } from "./connect.ts";
import type { LocalWorkflow } from "./local-workflows.ts";
import { readMarker, withoutMarker } from "./marker.ts";
import { credentialsOf, renderBack } from "./render.ts";

export interface PulledWorkflow {
  workflow: string;
  path: string;
  /** False when the file was so already. */
  isChanged: boolean;
}

/**
 * Writes the stored workflows as the project's files hold them: its own ids, no marker, the shipped address of the
 * hooks, keys in the order of the project's file. Those that n8n does not have, or several times, are left out.
 */
export function pull(
  compared: readonly ComparedWorkflow[],
  locals: readonly LocalWorkflow[],
  state: RemoteState,
  dir: string,
): PulledWorkflow[] {
  const workflows = remoteIds(locals, state).workflows;
  const credentials = credentialsOf(locals.map(({ content }) => content));
  mkdirSync(dir, { recursive: true });
  return compared.flatMap(({ local, stored }) => {
    if (stored === undefined) return [];
    const content = renderBack({ credentials, workflows }, withoutMarker(stored));
    const path = join(dir, `${local.id}.json`);
    const text = fileOf(local, content, readMarker(stored.nodes)?.hooksUrl);
    const isChanged = !existsSync(path) || readFileSync(path, "utf8") !== text;
    if (isChanged) writeFileSync(path, text);
    return [{ workflow: local.id, path, isChanged }];
  });
}

function fileOf({ file }: LocalWorkflow, stored: WorkflowContent, hooksUrl: string | undefined): string {
  const model: Record<string, unknown> = JSON.parse(file.text);
  const { name, nodes, connections, settings, nodeGroups } = stored;
  const workflow = {
    id: file.id,
    name,
    active: false,
    nodes: inOrderOf(model.nodes, nodes),
    connections: inOrderOf(model.connections, connections),
    settings: inOrderOf(model.settings, settings),
    ...(nodeGroups.length > 0 ? { nodeGroups } : {}),
    pinData: {},
    tags: [],
    meta: null,
  };
  const text = `${JSON.stringify(workflow, null, 2)}\n`;
  return hooksUrl === undefined ? text : rewriteHooksUrl(SHIPPED_HOOKS_URL, hooksUrl)(text);
}

/** `value` with its keys, and those inside, in the order of `model`: a pulled file then differs only where it differs. */
function inOrderOf<Value>(model: unknown, value: Value): Value {
  if (Array.isArray(value)) {
    const models = Array.isArray(model) ? model : [];
    return value.map((item, index) => inOrderOf(modelOf(models, item, index), item)) as Value; // safe: the same items
  }
  if (!isRecord(value)) return value;
  const known = isRecord(model) ? model : {};
  const keys = [
    ...Object.keys(known).filter((key) => key in value),
    ...Object.keys(value).filter((key) => !(key in known)),
  ];
  return Object.fromEntries(keys.map((key) => [key, inOrderOf(known[key], value[key])])) as Value; // safe: the same entries
}

const modelOf = (models: readonly unknown[], item: unknown, index: number): unknown =>
  (isRecord(item) && models.find((model) => isRecord(model) && "name" in item && model.name === item.name)) ||
  models[index];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
