import { receiveDelivery, reportOutcome, SETTINGS } from "./delivery.ts";
import { layOut } from "./lay-out.ts";
import type { N8nNode, N8nWorkflow } from "./n8n-workflow.ts";
import { stableId, stableUuid } from "./stable-id.ts";
import type { Section, Step } from "./step.ts";

/** A workflow that Rainwire drives: what is its own between the common beginning and end. */
export interface AgentDefinition {
  /** The name in workflow mappings, the webhook's path and the file's name. */
  id: string;
  /** What it does and for whom, in Markdown. */
  about: string;
  /** What each part of its own work does. */
  work: string;
  /** Where a language model fits; the workflow works without. */
  llm: string;
  /** The first is where a claimed run begins. */
  steps: readonly [Step, ...Step[]];
  /** An expression of what the execution results in. */
  result: string;
}

const SETUP = `**Set up**
1. Import the credentials \`Rainwire webhook header\` and \`Rainwire signing secret\`, and publish the workflow \`error-handler\`.
2. Publish this workflow and map an action or event to its webhook in Rainwire.

Nothing else is needed: each delivery says where to call back, and brings a short-lived token for it.`;

const NOTES = {
  verify: `## 1. Verify
n8n checks the header \`x-rainwire-key\`; these nodes check the Standard Webhooks signature over the raw bytes, and its age. A forgery gets 401. Everything else gets 202 at once, before the work.`,
  claim: `## 2. Claim
The execution id is the **idempotency key**: of all runs that were started for it, Rainwire tells one to \`run\`. Every other run ends here, without an effect.`,
  report: `## 4. Report
The first result of an attempt counts. A refusal (4xx, such as a goal that is gone) completes the execution as failed, with its reason. Any other failure stops the run; the error workflow reports it, and Rainwire drives the execution again.`,
};

/** The workflow as n8n imports it. Throws when a step leads nowhere, two share a name, or two would lie on each other. */
export function buildAgent({ id, about, work, llm, steps, result }: AgentDefinition): N8nWorkflow {
  return assemble(
    id,
    [...receiveDelivery(id, steps[0].name), ...steps, ...reportOutcome(result)],
    `# ${id}\n${about}\n\n${SETUP}\n\n**Optional: a language model**\n${llm}`,
    { ...NOTES, work: `## 3. Work\n${work}` },
    SETTINGS,
  );
}

/** Gives steps their ids, places, notes and connections. */
export function assemble(
  id: string,
  steps: Step[],
  overview: string,
  notes: Partial<Record<Section, string>>,
  settings: Record<string, unknown>,
): N8nWorkflow {
  checkNames(id, steps);
  const { positions, notes: placed } = layOut(steps, overview, notes);
  return {
    id: stableId(id),
    name: `Rainwire: ${id}`,
    active: false,
    nodes: [
      ...placed.map(({ name, position, ...parameters }) => ({
        id: stableId(id, name),
        name,
        type: "n8n-nodes-base.stickyNote",
        typeVersion: 1,
        position,
        parameters,
      })),
      ...steps.map((step) => toNode(id, step, positions.get(step.name) ?? [0, 0])),
    ],
    connections: Object.fromEntries(
      steps
        .filter(({ next }) => next.length > 0)
        .map(({ name, next }) => [
          name,
          { main: next.map((names) => names.map((node) => ({ node, type: "main" as const, index: 0 as const }))) },
        ]),
    ),
    settings,
    pinData: {},
    tags: [],
    meta: null,
  };
}

const toNode = (workflowId: string, step: Step, position: [number, number]): N8nNode => ({
  id: stableId(workflowId, step.name),
  name: step.name,
  type: step.type,
  typeVersion: step.typeVersion,
  position,
  parameters: step.parameters,
  ...(step.isWebhook ? { webhookId: stableUuid(workflowId, step.name) } : {}),
  ...(step.credentials ? { credentials: step.credentials } : {}),
  ...(step.retry
    ? { retryOnFail: true as const, maxTries: step.retry.tries, waitBetweenTries: step.retry.waitMs }
    : {}),
  ...(step.hasErrorOutput ? { onError: "continueErrorOutput" as const } : {}),
});

function checkNames(id: string, steps: Step[]): void {
  const names = new Set<string>();
  for (const { name } of steps) {
    if (names.has(name)) throw new Error(`${id} has two steps called "${name}": rename one.`);
    names.add(name);
  }
  for (const { name, next } of steps) {
    for (const to of next.flat()) {
      if (!names.has(to)) throw new Error(`${id}: "${name}" leads to "${to}", which is no step of it.`);
    }
  }
}
