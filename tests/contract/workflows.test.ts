import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_MAPPINGS } from "#shared/workflows/default-mappings.ts";

interface Node {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown> & { content?: string; path?: string; jsCode?: string };
  webhookId?: string;
  credentials?: Record<string, object>;
  retryOnFail?: boolean;
  maxTries?: number;
  onError?: string;
}
interface Workflow {
  id: string;
  name: string;
  active: boolean;
  nodes: Node[];
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
  settings: { errorWorkflow?: string; executionOrder: string };
  pinData: object;
}

const dir = join(import.meta.dirname, "../../workflows");
const read = (file: string): Workflow => JSON.parse(readFileSync(join(dir, file), "utf8"));
const AGENTS = [
  "api-batching",
  "auto-cache-invalidation",
  "budget-alert",
  "cost-report",
  "execution-agent",
  "goal-checking-agent",
  "integration-agent-v2",
  "journey-analyzer",
  "limit-enforcer",
  "jwt-token-rotation",
  "notification-orchestrator",
  "planning-agent",
  "reflection-agent",
];
const WORKFLOWS = [...AGENTS, "error-handler"];

/** As `n8n export:nodes` of n8n 2.41.1 names the newest. */
const VERSIONS: Record<string, number> = {
  code: 2,
  crypto: 2,
  emailSend: 2.1,
  errorTrigger: 1,
  extractFromFile: 1.1,
  httpRequest: 4.5,
  if: 2.3,
  respondToWebhook: 1.5,
  set: 3.5,
  stickyNote: 1,
  switch: 3.4,
  wait: 1.1,
  webhook: 2.1,
};
const CREDENTIALS = [
  { httpHeaderAuth: { id: "rainwireHeader01", name: "Rainwire webhook header" } },
  { crypto: { id: "rainwireSigning0", name: "Rainwire signing secret" } },
  { httpHeaderAuth: { id: "rainwireErrors01", name: "Rainwire error reports" } },
  { smtp: { id: "rainwireSmtp0001", name: "Rainwire SMTP" } },
];
/** The scope of the run token that each operation asks for. */
const SCOPES: readonly (readonly [method: string, path: RegExp, scope: string])[] = [
  ["GET", /'\/v1\/(goals|users)\//, "run:goals.read"],
  ["GET", /\/feedback'/, "run:feedback.read"],
  ["POST", /\/milestones'/, "run:milestones.write"],
  ["PATCH", /\/milestones\/'/, "run:milestones.write"],
  ["PUT", /\/phase'/, "run:phase.write"],
  ["PUT", /\/progress'/, "run:progress.write"],
  ["PUT", /\/validation'/, "run:validation.write"],
  ["POST", /'\/v1\/interactions'/, "run:interactions.write"],
  ["PUT", /'\/v1\/limits\/incidents\//, "run:limits.enforce"],
  ["GET", /'\/v1\/batching'/, "run:batching.read"],
  ["PUT", /'\/v1\/batching\/settings'/, "run:batching.tune"],
  ["POST", /'\/v1\/cache\/invalidate'/, "run:caches.invalidate"],
  ["POST", /'\/v1\/cache\/warm'/, "run:caches.warm"],
  ["POST", /\/v1\/notifications\//, "run:notifications.deliver"],
  ["GET", /\/v1\/cost-notices\//, "run:costs.tell"],
  ["PUT", /\/v1\/cost-notices\/.*\/sent'/, "run:costs.tell"],
  ["GET", /\/v1\/signing-keys/, "run:keys.read"],
  ["POST", /\/v1\/signing-keys/, "run:keys.rotate"],
];
/** In ids, both of workflows and of their nodes. */
const ID = /^[A-Za-z0-9]{16}$/;

const typeOf = (node: Node) => node.type.replace("n8n-nodes-base.", "");
const workingNodes = ({ nodes }: Workflow) => nodes.filter((node) => typeOf(node) !== "stickyNote");

it("ships these workflows and no other", () => {
  const files = readdirSync(dir).filter((name) => name.endsWith(".json"));
  expect(files.sort()).toEqual(WORKFLOWS.map((id) => `${id}.json`).sort());
});

it("are what their definitions generate", () => {
  execFileSync(process.execPath, [join(dir, "generate.ts"), "--check"], { stdio: "pipe" });
});

it("have ids of their own", () => {
  const ids = WORKFLOWS.map((id) => read(`${id}.json`)).flatMap(({ id, nodes }) => [
    id,
    ...nodes.map((node) => node.id),
  ]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !ID.test(id))).toEqual([]);
});

it("keep their ids over time: other instances know them by these", () => {
  const ids = Object.fromEntries(WORKFLOWS.map((id) => [id, read(`${id}.json`).id]));
  expect(ids).toEqual({
    "api-batching": "IVzmkgE1Pn6DBgih",
    "auto-cache-invalidation": "74pEfRp53T0BzVNg",
    "budget-alert": "h5H8ZAGHUGFOsp1i",
    "cost-report": "4JFwXjQYwBuQjpRb",
    "error-handler": "dycrN3wlCIauVzi4",
    "execution-agent": "2D9110J4cDEdpBsp",
    "goal-checking-agent": "2HntHUiIwwMHyorN",
    "integration-agent-v2": "an5eUSJmRjqCSVDG",
    "journey-analyzer": "XYpxfuVzrfTpcm0i",
    "limit-enforcer": "pgZpv3vky1MHDPOt",
    "jwt-token-rotation": "2L9zAcUXgGjZI3LT",
    "notification-orchestrator": "2viRQxeofTqECiTs",
    "planning-agent": "JgkObYtvtlYQaceA",
    "reflection-agent": "lNQ0l45YDx9oFVna",
  });
});

describe.each(WORKFLOWS)("%s", (name) => {
  const workflow = read(`${name}.json`);

  it("is inactive, has no pinned data, and runs nodes in today's order", () => {
    expect(workflow).toMatchObject({ name: `Rainwire: ${name}`, active: false, pinData: {} });
    expect(workflow.settings.executionOrder).toBe("v1");
  });

  it("uses node types in versions that the pinned n8n has", () => {
    for (const node of workflow.nodes)
      expect([node.type, node.typeVersion]).toEqual([node.type, VERSIONS[typeOf(node)]]);
  });

  it("says on sticky notes what it does, how to set it up and where a model fits", () => {
    const [about, ...sections] = workflow.nodes.filter((node) => typeOf(node) === "stickyNote");
    expect(about?.parameters.content).toMatch(new RegExp(`^# ${name}\n`));
    expect(about?.parameters.content).toContain("**Set up**");
    expect(about?.parameters.content).toContain("**Optional: a language model**");
    for (const section of sections) expect(section.parameters.content).toMatch(/^## /);
    expect(sections.length).toBeGreaterThan(0);
  });

  it("has fewer than 20 working nodes, each named by a verb phrase of its own, none upon another", () => {
    const nodes = workingNodes(workflow);
    expect(nodes.length).toBeLessThan(20);
    expect(new Set(nodes.map((node) => node.name)).size).toBe(nodes.length);
    expect(new Set(nodes.map(({ position }) => String(position))).size).toBe(nodes.length);
    for (const node of nodes) expect(node.name).toMatch(/^(Config|[A-Z][a-z]+( [A-Z][a-z]*){1,4})$/);
  });

  it("flows from left to right, every connection from a node to a node, and no node is left alone", () => {
    const places = new Map(workingNodes(workflow).map((node) => [node.name, node.position[0]]));
    const reached = new Set<string>();
    for (const [from, { main }] of Object.entries(workflow.connections)) {
      for (const { node, type, index } of main.flat()) {
        expect(places.get(node)).toBeGreaterThan(places.get(from) ?? Number.POSITIVE_INFINITY);
        expect({ type, index }).toEqual({ type: "main", index: 0 });
        reached.add(node);
      }
    }
    expect([...places.keys()].filter((node) => !reached.has(node))).toHaveLength(1);
  });

  it("tries HTTP calls again, and gives up on a call that hangs", () => {
    const calls = workflow.nodes.filter((node) => typeOf(node) === "httpRequest");
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      expect(call).toMatchObject({ retryOnFail: true, parameters: { options: { timeout: 10_000 } } });
      expect(call.maxTries).toBeGreaterThanOrEqual(3);
    }
  });

  it("names credentials and holds none", () => {
    for (const { credentials } of workflow.nodes) if (credentials) expect(CREDENTIALS).toContainEqual(credentials);
    expect(JSON.stringify(workflow)).not.toMatch(/whsec_|Bearer [A-Za-z0-9]|"(password|hmacSecret)"/);
  });

  it("holds no address but the one in Config", () => {
    const urls = JSON.stringify(workflow).match(/\b(?:https?|wss?):[^"'`\\ ]*/g) ?? [];
    expect(urls).toEqual(name === "error-handler" ? ["http://127.0.0.1:8787/hooks"] : []);
  });

  it("asks n8n for nothing that it blocks by default", () => {
    expect(JSON.stringify(workflow)).not.toMatch(/\$env\b|process\.env|require\(|\bfetch\(|^import /m);
  });

  it("has settings in one Config node at most, and uses each of them", () => {
    const configs = workflow.nodes.filter((node) => node.name === "Config");
    expect(configs.length).toBeLessThan(2);
    const { assignments = { assignments: [] } } = (configs[0]?.parameters ?? {}) as {
      assignments?: { assignments: { name: string }[] };
    }; // safe: the parameters of a Set node in manual mode
    const others = JSON.stringify(workflow.nodes.filter((node) => node.name !== "Config"));
    for (const setting of assignments.assignments.map((each) =>
      each.name.replace(/^(exploring|planning|acting|reviewing|achieved)Words$/, "Words"),
    )) {
      expect(others).toContain(setting);
    }
  });
});

describe.each(AGENTS)("%s, which Rainwire drives,", (name) => {
  const workflow = read(`${name}.json`);
  const nodeOf = (node: string) => workflow.nodes.find((each) => each.name === node);

  it("names the error handler as its error workflow", () => {
    expect(workflow.settings.errorWorkflow).toBe(read("error-handler.json").id);
  });

  it("listens at its own name, behind the header credential, on the raw bytes", () => {
    expect(nodeOf("Receive Delivery")).toMatchObject({
      parameters: {
        httpMethod: "POST",
        path: name,
        authentication: "headerAuth",
        responseMode: "responseNode",
        options: { rawBody: true },
      },
      webhookId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it("claims by the execution's id before it works", () => {
    expect(JSON.stringify(nodeOf("Claim Execution")?.parameters)).toContain("/claim");
    expect(workflow.connections["Claim Execution"]?.main.flat().map(({ node }) => node)).toEqual(["Should It Run"]);
  });

  it("sends what an operation refuses to a readable failure", () => {
    for (const node of workflow.nodes.filter((each) => each.onError === "continueErrorOutput")) {
      expect(workflow.connections[node.name]?.main[1]).toEqual([{ node: "Explain Failure", type: "main", index: 0 }]);
    }
  });

  it("is granted what it calls by every mapping that leads to it", () => {
    const isCall = ({ parameters }: Node) => String(parameters.url).includes(".hooksUrl");
    const calls = workflow.nodes.filter((each) => each.onError === "continueErrorOutput" && isCall(each));
    const needed = calls.map(({ name: call, parameters }) => {
      const scope = SCOPES.findLast(
        ([method, path]) => parameters.method === method && path.test(String(parameters.url)),
      )?.[2];
      return scope ?? `no scope is known for "${call}"`;
    });
    expect(needed.length).toBeGreaterThan(0);
    const mappings = DEFAULT_MAPPINGS.filter(([, workflowId]) => workflowId === name);
    expect(mappings.length).toBeGreaterThan(0);
    for (const [, , granted] of mappings) expect(granted).toEqual(expect.arrayContaining(needed));
  });
});

it("every default mapping leads to a workflow", () => {
  for (const [, workflowId] of DEFAULT_MAPPINGS) expect(AGENTS).toContain(workflowId);
});
