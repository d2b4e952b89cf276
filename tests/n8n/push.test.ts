import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { credentialsFrom } from "#hosts/n8n/credentials.ts";
import { homeFile, N8nHome } from "#hosts/n8n/home.ts";
import { createApiKey, type Owner } from "#hosts/n8n/owner-api-key.ts";
import { NEEDED_SCOPES } from "#hosts/n8n/remote/connect.ts";
import { ensureCredentials } from "#hosts/n8n/remote/ensure-credentials.ts";
import { main } from "#hosts/n8n/remote/main.ts";
import { EditedMeanwhileError, putWorkflow } from "#hosts/n8n/remote/put-workflow.ts";
import { startHost } from "#hosts/node/start-host.ts";
import { createN8nAuthoring, type N8nAuthoring, type StoredWorkflow } from "#shared/adapters/n8n/n8n-authoring.ts";
import { signWebhook } from "#shared/webhooks/sign.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { eventually, startTestN8n, type TestN8n } from "#tests/support/n8n.ts";
import { type RecordingHooks, startRecordingHooks } from "./recording-hooks.ts";
import { tinyWorkflow } from "./tiny-workflow.ts";

/** The command `workflows` against a real n8n that holds one workflow of somebody else's; the tests build on each other. */
const rootDir = resolve(import.meta.dirname, "../..");
const scratchDir = mkdtempSync(join(tmpdir(), "rainwire-push-"));
const IDS = readdirSync(join(rootDir, "workflows"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(/\.json$/, ""))
  .sort();
const EDITED_NOTE = "Edited by hand: this is ours now.";

let test: TestN8n;
let hooks: RecordingHooks;
let authoring: N8nAuthoring;
let owner: Owner;
let apiKey: string;
let dataDir: string;
let theirs: StoredWorkflow;

beforeAll(async () => {
  [test, hooks] = await Promise.all([startTestN8n({ extraEnv: { N8N_DISABLE_UI: "false" } }), startRecordingHooks()]);
  dataDir = join(test.n8n.dataDir, "..");
  const { ownerPassword } = N8nHome.parse(JSON.parse(readFileSync(homeFile(test.n8n.dataDir), "utf8")));
  owner = { email: "owner@example.com", password: ownerPassword };
  apiKey = await createApiKey(test.n8n.baseUrl, owner, { label: "push", scopes: NEEDED_SCOPES });
  authoring = createN8nAuthoring({ baseUrl: test.n8n.baseUrl, apiKey, send: fetch });
  theirs = await createTheirs();
});
afterAll(async () => {
  await test?.close();
  await hooks?.close();
  rmSync(scratchDir, { recursive: true, force: true });
});

async function createTheirs(): Promise<StoredWorkflow> {
  const { nodes, ...tiny } = tinyWorkflow({ id: "unused", path: "theirs", answer: "theirs" }) as StoredWorkflow; // safe: it is one
  const receive = { ...nodes[0], parameters: { path: "theirs", httpMethod: "POST" } };
  const { id } = await authoring.createWorkflow({
    name: "Theirs",
    nodes: [{ name: "Receive Call", type: "n8n-nodes-base.webhook", ...receive, credentials: {} }],
    connections: {},
    settings: tiny.settings,
    nodeGroups: [],
  });
  return await authoring.activate(id);
}

interface Ran {
  exitCode: number;
  out: string;
  err: string;
}

async function run(args: string, options: { key?: string; rootDir?: string } = {}): Promise<Ran> {
  const lines = { out: [] as string[], err: [] as string[] };
  const exitCode = await main({
    args: args.split(" "),
    rootDir: options.rootDir ?? rootDir,
    workingDir: scratchDir,
    processEnv: { RAINWIRE_DATA_DIR: dataDir, N8N_URL: test.n8n.baseUrl, N8N_API_KEY: options.key ?? apiKey },
    out: (line) => lines.out.push(line),
    err: (line) => lines.err.push(line),
  });
  const ran = { exitCode, out: lines.out.join("\n"), err: lines.err.join("\n") };
  expect(ran.out + ran.err).not.toContain(options.key ?? apiKey);
  return ran;
}

const Result = z.looseObject({
  exitCode: z.number(),
  outcome: z.string().optional(),
  backup: z.string().nullish(),
  workflows: z.array(
    z.looseObject({
      workflow: z.string().default(""),
      decision: z.string().optional(),
      action: z.string().optional(),
      n8nWorkflowId: z.string().nullish(),
      changes: z.array(z.string()).default([]),
    }),
  ),
});

/** With `--json`. */
async function ask(args: string, options: { rootDir?: string } = {}) {
  const { out } = await run(`${args} --json`, options);
  const result = Result.parse(JSON.parse(out));
  const of = (workflow: string) => result.workflows.find((one) => one.workflow === workflow) ?? expect.fail(out);
  return { ...result, of };
}

async function stored(id: string): Promise<StoredWorkflow> {
  const workflows = await authoring.listWorkflows();
  return workflows.find(isThere(`Rainwire: ${id}`)) ?? expect.fail(`${id} is not there`);
}

const isThere = (name: string) => (one: StoredWorkflow) => one.name === name && !one.isArchived;

/** With a key of its own: the command has no right to, and no need. */
async function archive(workflowId: string): Promise<void> {
  const key = await createApiKey(test.n8n.baseUrl, owner, { label: "archive", scopes: ["workflow:delete"] });
  const url = `${test.n8n.baseUrl}/api/v1/workflows/${workflowId}/archive`;
  const response = await fetch(url, { method: "POST", headers: { "x-n8n-api-key": key } });
  expect(response.status, await response.text()).toBe(200);
}

const noteOf = ({ nodes }: StoredWorkflow) => nodes.find(({ name }) => name === "About This Workflow");

/** As somebody would in n8n's editor. */
async function editByHand(id: string): Promise<void> {
  const workflow = await stored(id);
  const nodes = workflow.nodes.map((node) =>
    node.name === "About This Workflow" ? { ...node, parameters: { ...node.parameters, content: EDITED_NOTE } } : node,
  );
  const { name, connections, settings, nodeGroups } = workflow;
  await authoring.updateWorkflow(workflow.id, { name, nodes, connections, settings, nodeGroups });
}

/** Returns the status of n8n's answer. */
async function deliver(workflow: string, executionId: string): Promise<number> {
  const sentAt = new Date();
  const body = JSON.stringify({
    specversion: "1.0",
    id: randomUUID(),
    source: "http://127.0.0.1:8787",
    type: "action.requested",
    time: sentAt.toISOString(),
    data: {},
    executionid: executionId,
    attempt: 1,
    workflow,
    trigger: "service.activate",
    callbackurl: hooks.url,
  });
  const response = await fetch(`${test.n8n.baseUrl}/webhook/${workflow}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/cloudevents+json",
      "x-rainwire-key": test.secrets.N8N_WEBHOOK_KEY,
      "x-rainwire-token": "token-of-the-run",
      ...signWebhook(test.secrets.N8N_SIGNING_SECRET, executionId, sentAt, body),
    },
  });
  await response.body?.cancel();
  return response.status;
}

describe("an n8n without our workflows", () => {
  it("status says that nothing of ours is there", async () => {
    const { exitCode, out } = await run("status");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^n8n 2\.41\.1 at http:\S+: healthy$/m);
    expect(out.match(/not there/g)).toHaveLength(IDS.length);
    expect(out).toMatch(/credential "Rainwire signing secret": missing/);
    expect(out).toMatch(/1 other workflows/);
  });

  it("a dry run writes nothing", async () => {
    const { outcome, workflows } = await ask("push --dry-run");
    expect(outcome).toBe("planned");
    expect(workflows.map(({ action }) => action)).toEqual(IDS.map(() => "create"));
    expect(await authoring.listWorkflows()).toHaveLength(1);
    expect(await authoring.listCredentials()).toEqual([]);
  });

  it("push creates and publishes all, the error workflow first", async () => {
    const { exitCode, out } = await run(`push --hooks-url ${hooks.url}`);
    expect(out).toContain(`pushed: ${IDS.length} created, 0 updated, 0 published, 0 unchanged`);
    expect(exitCode).toBe(0);
    expect(out.indexOf("error-handler: created, live")).toBeLessThan(out.indexOf("planning-agent: created, live"));
    const { id: errorHandlerId } = await stored("error-handler");
    for (const id of IDS) {
      const workflow = await stored(id);
      expect(workflow.active).toBe(true);
      if (id !== "error-handler") expect(workflow.settings.errorWorkflow).toBe(errorHandlerId);
    }
    expect((await run("status")).exitCode).toBe(0);
  });
});

describe("a pushed workflow", () => {
  it("runs a signed webhook to its result", async () => {
    const executionId = randomUUID();
    const input = { action: "service.activate", userId: "user_1", service: "calendar", context: {} };
    hooks.answer(`POST /v1/executions/${executionId}/claim`, { outcome: "run", input, trigger: "service.activate" });
    hooks.answer("POST /v1/interactions", {});
    hooks.answer(`POST /v1/executions/${executionId}/result`, { status: "succeeded", isFirst: true });
    expect(await deliver("integration-agent-v2", executionId)).toBe(202);
    const result = await eventually(
      "the result",
      async () => hooks.callsTo(`POST /v1/executions/${executionId}/result`)[0],
    );
    expect(result.authorization).toBe("Bearer token-of-the-run");
    expect(result.body).toMatchObject({
      attempt: 1,
      status: "succeeded",
      result: { service: "calendar", status: "requested" },
    });
    const [claim] = hooks.callsTo(`POST /v1/executions/${executionId}/claim`);
    expect(claim?.body).toMatchObject({ n8nWorkflowId: (await stored("integration-agent-v2")).id });
  });

  it("has its failures reported by the pushed error workflow", async () => {
    hooks.answer("POST /v1/workflow-errors", {}, 202);
    expect(await deliver("notification-orchestrator", randomUUID())).toBe(202); // its claim is answered 404
    const report = await eventually("the report", async () => hooks.callsTo("POST /v1/workflow-errors")[0], 60_000);
    expect(report.authorization).toBe(`Bearer ${test.secrets.N8N_ERROR_KEY}`);
    expect(report.body).toMatchObject({ workflowName: "Rainwire: notification-orchestrator" });
  });
});

describe("a second push", () => {
  it("does nothing and says so", async () => {
    const before = await authoring.listWorkflows();
    const backups = readdirSync(join(dataDir, "n8n-backups"));
    const { exitCode, out } = await run("push");
    expect(out).toBe(`nothing to do: all ${IDS.length} workflows are there, unchanged and published`);
    expect(exitCode).toBe(0);
    expect(await authoring.listWorkflows()).toEqual(before);
    expect(readdirSync(join(dataDir, "n8n-backups"))).toEqual(backups);
  });

  it("publishes what was taken offline, and changes nothing else", async () => {
    const { id, versionId } = await stored("journey-analyzer");
    await authoring.deactivate(id);
    expect((await run("status")).exitCode).toBe(1);
    const { of, exitCode } = await ask("push");
    expect(exitCode).toBe(0);
    expect(of("journey-analyzer").action).toBe("publish");
    expect(of("planning-agent").action).toBe("none");
    expect(await stored("journey-analyzer")).toMatchObject({ active: true, versionId });
  });

  it("updates what was changed here, and only that", async () => {
    const otherRoot = join(scratchDir, "checkout");
    cpSync(join(rootDir, "workflows"), join(otherRoot, "workflows"), { recursive: true });
    const file = join(otherRoot, "workflows", "reflection-agent.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("# reflection-agent\\n", "# reflection-agent, changed\\n"));
    const { outcome, workflows } = await ask("push", { rootDir: otherRoot });
    expect(outcome).toBe("pushed");
    expect(workflows.filter(({ action }) => action !== "none").map(({ workflow }) => workflow)).toEqual([
      "reflection-agent",
    ]);
    const workflow = await stored("reflection-agent");
    expect(noteOf(workflow)?.parameters.content).toMatch(/^# reflection-agent, changed\n/);
    expect(workflow).toMatchObject({ active: true, activeVersionId: workflow.versionId });

    expect((await ask("diff")).of("reflection-agent")).toMatchObject({ decision: "changed_here" });
    expect((await ask("push")).of("reflection-agent")).toMatchObject({ action: "update" });
  });
});

describe("a workflow that was edited in n8n", () => {
  it("is not written over by a push that looked before the edit", async () => {
    const before = await stored("planning-agent");
    await editByHand("planning-agent");
    const edited = await stored("planning-agent");
    const input = { workflow: "planning-agent", content: before, hooksUrl: hooks.url, stored: before };
    const late = putWorkflow(authoring, input);
    await expect(late).rejects.toThrow(EditedMeanwhileError);
    expect(await stored("planning-agent")).toEqual(edited);
  });

  it("is named by diff, and refused by push with 3, which writes nothing", async () => {
    const edited = await stored("planning-agent");
    const { of, exitCode } = await ask("diff");
    expect(exitCode).toBe(3);
    expect(of("planning-agent")).toMatchObject({
      decision: "changed_there",
      changes: [expect.stringMatching(/^~ node "About This Workflow": parameters\.content changed/)],
    });
    expect(of("execution-agent").decision).toBe("unchanged");

    const refused = await run("push");
    expect(refused.exitCode).toBe(3);
    expect(refused.out).toMatch(/planning-agent +changed there\n +~ node "About This Workflow"/);
    expect(refused.out).toMatch(/--overwrite planning-agent/);
    expect(await stored("planning-agent")).toEqual(edited);
  });

  it("does not keep the others from being pushed by name", async () => {
    expect((await run("push execution-agent")).exitCode).toBe(0);
    expect((await run("push --overwrite nobody")).exitCode).toBe(2);
  });

  it("is pulled as the project would hold it", async () => {
    const { out } = await run("pull");
    expect(out).toBe(`planning-agent: wrote ${join(scratchDir, "workflows-pulled/planning-agent.json")}`);
    const shipped = JSON.parse(readFileSync(join(rootDir, "workflows/planning-agent.json"), "utf8"));
    shipped.nodes[0].parameters.content = EDITED_NOTE;
    expect(readFileSync(join(scratchDir, "workflows-pulled/planning-agent.json"), "utf8")).toBe(
      `${JSON.stringify(shipped, null, 2)}\n`,
    );
    await run("pull error-handler execution-agent --into all");
    for (const file of ["error-handler.json", "execution-agent.json"]) {
      expect(readFileSync(join(scratchDir, "all", file), "utf8")).toBe(
        readFileSync(join(rootDir, "workflows", file), "utf8"),
      );
    }
  });

  it("is written over when told so, and brought back from the backup", async () => {
    const pushed = await ask("push --overwrite planning-agent");
    expect(pushed).toMatchObject({ exitCode: 0, outcome: "pushed" });
    expect(noteOf(await stored("planning-agent"))?.parameters.content).toMatch(/^# planning-agent\n/);
    const backupDir = pushed.backup ?? expect.fail("no backup was made");
    expect(statSync(backupDir).mode & 0o077).toBe(0);
    expect(readdirSync(backupDir)).toHaveLength(IDS.length + 2);
    expect((await run("diff")).exitCode).toBe(0);

    const restored = await run(`restore ${backupDir} planning-agent`);
    expect(restored.out).toMatch(/restored 1 workflows/);
    expect(noteOf(await stored("planning-agent"))?.parameters.content).toBe(EDITED_NOTE);
    expect((await run("push")).exitCode).toBe(3);
    expect((await run("push --overwrite all")).exitCode).toBe(0);
  });

  it("is brought back although it was archived meanwhile, under a new id", async () => {
    const { out } = await run("backup");
    const backupDir = /(\/\S+)$/.exec(out)?.[1] ?? expect.fail(out);
    const gone = await stored("integration-agent-v2");
    await archive(gone.id);
    expect((await ask("diff")).of("integration-agent-v2").decision).toBe("missing");

    expect((await run(`restore ${backupDir} nobody`)).exitCode).toBe(2);
    expect((await run(`restore ${backupDir}`)).out).toMatch(
      new RegExp(`restored 1 workflows .*, ${IDS.length - 1} were so already$`),
    );
    const { active, id } = (await authoring.listWorkflows()).find(isThere(gone.name)) ?? expect.fail("not restored");
    expect({ active, isNew: id !== gone.id }).toEqual({ active: true, isNew: true });
    expect((await ask("push")).outcome).toBe("unchanged");
  });
});

describe("what is not ours, or not right", () => {
  it("leaves the workflows of others untouched", async () => {
    const { nodes, active, versionId, activeVersionId, updatedAt } = theirs;
    const now = await authoring.getWorkflow(theirs.id);
    expect(now).toMatchObject({ nodes, active, versionId, activeVersionId, updatedAt });
    expect((await authoring.listWorkflows()).filter(({ isArchived }) => !isArchived)).toHaveLength(IDS.length + 1);
  });

  it("makes no credential twice", async () => {
    const credentials = await authoring.listCredentials();
    expect(credentials?.map(({ name }) => name).toSorted()).toEqual([
      "Rainwire SMTP",
      "Rainwire error reports",
      "Rainwire signing secret",
      "Rainwire webhook header",
    ]);
    expect((await ask("push --renew-credentials")).exitCode).toBe(0);
    expect(await authoring.listCredentials()).toHaveLength(4);
    expect(await deliver("execution-agent", randomUUID())).toBe(202);
  });

  it("does without the right to list credentials", async () => {
    const scopes = NEEDED_SCOPES.filter((scope) => scope !== "credential:list");
    const key = await createApiKey(test.n8n.baseUrl, owner, { label: "no list", scopes });
    const ran = await run("push", { key });
    expect(ran).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^nothing to do/) });
    const ours = credentialsFrom(test.secrets);
    const unseen = await ensureCredentials(authoring, { stored: [], needed: ours, ours, shouldRenew: false });
    expect(unseen.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["rainwireSigning0", "matched"],
      ["rainwireHeader01", "matched"],
      ["rainwireErrors01", "matched"],
      ["rainwireSmtp0001", "matched"],
    ]);
  });

  it("takes a workflow of our name that nobody pushed for somebody else's", async () => {
    const { id, name, connections, settings, nodeGroups, nodes } = await stored("reflection-agent");
    const unmarked = nodes.filter((node) => node.name !== "Rainwire Push").map((node) => ({ ...node, notes: "mine" }));
    await authoring.updateWorkflow(id, { name, connections, settings, nodeGroups, nodes: unmarked });
    expect((await ask("push")).of("reflection-agent")).toMatchObject({ decision: "unmarked", action: "refuse" });
    expect((await run("push --overwrite reflection-agent")).exitCode).toBe(0);
  });

  it("says what is wrong with a key, an address or a usage", async () => {
    expect(await run("push", { key: "wrong-key" })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/refused the API key .* It needs the scopes workflow:list/),
    });
    expect(await run("push", { key: test.n8n.apiKey })).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/lacks scopes .*: workflow:create, workflow:update/),
    });
    expect(await run("push --url http://127.0.0.1:1")).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/n8n at http:\/\/127\.0\.0\.1:1 did not answer/),
    });
    expect(await run(`push --url ${hooks.url}`)).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/Is this an n8n, and is its public API on/),
    });
    expect((await run("shove")).exitCode).toBe(2);
  });
});

describe("--register", () => {
  it("tells a Rainwire of the n8n, which then runs an action on it", async () => {
    const database = await createTestDatabase();
    const processEnv = { DATABASE_URL: database.url, LOG_LEVEL: "error", ALLOWED_HOSTS: "127.0.0.1" };
    const host = await startHost({ rootDir, dataDir: join(scratchDir, "host"), port: 0, processEnv });
    try {
      const key = host.firstAccount?.apiKey ?? "";
      const pushed = await ask(`push --register ${host.url} --rainwire-key ${key}`);
      expect(pushed).toMatchObject({ exitCode: 0, outcome: "unchanged", registered: true });
      const response = await fetch(`${host.url}/v2/unified`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", prefer: "wait=60" },
        body: JSON.stringify({
          action: "goal.create",
          data: { title: "Build a boat", description: "Draw it. Saw it.", targetDate: "2099-06-01" },
        }),
      });
      expect(await response.json()).toMatchObject({ status: "succeeded", workflowId: "planning-agent" });

      const refused = await run(`push --register ${host.url} --rainwire-key not-a-key`);
      expect(refused).toMatchObject({ exitCode: 1, err: expect.stringMatching(/with 401: .*operator's\.$/) });
    } finally {
      await host.stop();
      await database.drop();
    }
  });
});
