import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";

interface Nodes {
  nodes: {
    name: string;
    parameters: { jsCode?: string; assignments?: { assignments: { name: string; value: unknown }[] } };
  }[];
}

/** What a Code node sees when it runs. */
export interface Surroundings {
  /** What other nodes left, by their names; `Config` is the workflow's own unless given here. */
  outputs?: Record<string, unknown>;
  input?: unknown;
  /** The name of the node before. */
  previous?: string;
  /** A day in n8n's time zone. */
  today?: string;
}

/**
 * Runs a Code node of `workflows/<id>.json` as n8n does: its text is the body of a function.
 * @returns its one item, in the shape that the test states
 */
export function runCodeNode<Item>(workflowId: string, name: string, at: Surroundings): Item {
  const path = join(import.meta.dirname, "../../../workflows", `${workflowId}.json`);
  const { nodes }: Nodes = JSON.parse(readFileSync(path, "utf8"));
  const parametersOf = (node: string) => nodes.find((each) => each.name === node)?.parameters;
  const config = parametersOf("Config")?.assignments?.assignments.map((each) => [each.name, each.value]) ?? [];
  const outputs: Record<string, unknown> = { Config: Object.fromEntries(config), ...at.outputs };
  const globals = {
    $: (node: string) => {
      if (!(node in outputs)) throw new Error(`${name} looks at "${node}", which the test gives no output.`);
      return { first: () => ({ json: outputs[node] }) };
    },
    $input: { first: () => ({ json: at.input }) },
    $prevNode: { name: at.previous },
    $now: { toISODate: () => at.today },
  };
  const run = compileFunction(parametersOf(name)?.jsCode ?? "", Object.keys(globals));
  const items: { json: Item }[] = run(...Object.values(globals));
  const [item] = items;
  if (!item || items.length > 1) throw new Error(`${name} made ${items.length} items instead of one.`);
  return item.json;
}

export const GOAL = {
  id: "goal_1",
  userId: "user_1",
  title: "Run a half marathon",
  description: "",
  status: "active",
  phase: "exploring",
  progressPercent: 0,
  targetDate: "2027-01-31" as string | null,
  createdAt: "2026-12-02T00:00:00.000000+00:00",
  milestones: [] as object[],
};

export const milestone = (position: number, status: string, dueDate: string | null = null) => ({
  id: `milestone_${position}`,
  title: `Step ${position}`,
  position,
  status,
  dueDate,
});
