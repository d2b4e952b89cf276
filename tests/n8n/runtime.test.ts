import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsFor } from "#hosts/n8n/credentials.ts";
import { importWorkflows } from "#hosts/n8n/import.ts";
import { installN8n } from "#hosts/n8n/install.ts";
import { startN8n } from "#hosts/n8n/n8n.ts";
import { isGroupAlive } from "#hosts/n8n/process-group.ts";
import { createN8nApi, N8nApiError } from "#shared/adapters/n8n/n8n-api.ts";
import { eventually, startTestN8n, type TestN8n } from "#tests/support/n8n.ts";
import { tinyWorkflow } from "./tiny-workflow.ts";

const dir = mkdtempSync(join(tmpdir(), "rainwire-workflows-"));
const writeWorkflow = (name: string, workflow: object) =>
  writeFileSync(join(dir, `${name}.json`), JSON.stringify(workflow));
let test: TestN8n;

beforeAll(async () => {
  writeWorkflow("one", tinyWorkflow({ id: "tinyOne00000001", path: "tiny-one", answer: "first" }));
  test = await startTestN8n({ workflows: { dir } });
});
afterAll(async () => {
  await test?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function call(path: string, { key = test.secrets.N8N_WEBHOOK_KEY } = {}) {
  const response = await fetch(`${test.n8n.baseUrl}/webhook/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-rainwire-key": key },
    body: JSON.stringify({ word: "hello" }),
  });
  const text = await response.text();
  return { status: response.status, body: response.ok ? JSON.parse(text) : text };
}

const imports = () => ({ workflows: { dir }, credentials: credentialsFor(join(test.n8n.dataDir, "..")) });

describe("installN8n", () => {
  it("recognises the finished install and says nothing", async () => {
    const lines: string[] = [];
    const { version } = await installN8n({ onProgress: (line) => lines.push(line) });
    expect(version).toBe("2.41.1");
    expect(lines).toEqual([]);
  });
});

describe("startN8n", () => {
  it("answers on the imported webhook", async () => {
    expect(await call("tiny-one")).toEqual({ status: 200, body: { answer: "first", got: "hello", run: "1" } });
  });

  it("refuses a caller without the header's secret before an execution exists", async () => {
    const before = await call("tiny-one");
    expect((await call("tiny-one", { key: "wrong" })).status).toBe(403);
    const after = await call("tiny-one");
    expect(Number(after.body.run)).toBe(Number(before.body.run) + 1);
  });

  it("keeps its secrets from other users of the machine", () => {
    expect(statSync(join(test.n8n.dataDir, "rainwire-n8n.json")).mode & 0o077).toBe(0);
    expect(statSync(join(test.n8n.dataDir, "n8n.log")).mode & 0o077).toBe(0);
  });

  it("refuses a data directory on which another n8n runs", async () => {
    const second = startN8n({ dataDir: test.n8n.dataDir, ownerEmail: "owner@example.com" });
    await expect(second).rejects.toThrow(/already runs on/);
  });
});

describe("importWorkflows", () => {
  it("imports nothing the second time", async () => {
    const result = await importWorkflows(test.n8n, imports());
    expect(result).toEqual({ importedCredentials: [], importedWorkflows: [] });
    expect((await call("tiny-one")).body.answer).toBe("first");
  });

  it("imports only what is new or changed, beside a running n8n", async () => {
    writeWorkflow("two", tinyWorkflow({ id: "tinyTwo00000002", path: "tiny-two", answer: "second" }));
    const added = await importWorkflows(test.n8n, imports());
    expect(added).toEqual({ importedCredentials: [], importedWorkflows: ["tinyTwo00000002"] });
    expect((await call("tiny-two")).body.answer).toBe("second");

    writeWorkflow("two", tinyWorkflow({ id: "tinyTwo00000002", path: "tiny-two", answer: "changed" }));
    const changed = await importWorkflows(test.n8n, imports());
    expect(changed.importedWorkflows).toEqual(["tinyTwo00000002"]);
    expect((await call("tiny-two")).body.answer).toBe("changed");
    expect((await call("tiny-one")).body.answer).toBe("first");
  });

  it("refuses two files with one id, naming both workflows", async () => {
    writeWorkflow("twin", tinyWorkflow({ id: "tinyOne00000001", path: "tiny-twin", answer: "twin" }));
    try {
      await expect(importWorkflows(test.n8n, imports())).rejects.toThrow(
        /"Tiny tiny-one" and "Tiny tiny-twin" share the id/,
      );
    } finally {
      rmSync(join(dir, "twin.json"));
    }
  });
});

describe("createN8nApi", () => {
  it("finds a run and what it returned", async () => {
    const { body } = await call("tiny-one");
    const run = await eventually("the run to end", async () => {
      const found = await test.n8n.api.getExecution(body.run);
      return found.status === "success" ? found : undefined;
    });
    expect(run).toMatchObject({ id: body.run, workflowId: "tinyOne00000001", finished: true, mode: "webhook" });
    const page = await test.n8n.api.listExecutions({ workflowId: "tinyOne00000001", status: "success", limit: 1 });
    expect(page.items[0]?.id).toBe(body.run);
    expect(page.nextCursor).toEqual(expect.any(String));
  });

  it("takes a webhook away and brings it back", async () => {
    await test.n8n.api.deactivate("tinyOne00000001");
    await eventually("the webhook to go", async () => ((await call("tiny-one")).status === 404 ? true : undefined));
    expect(await test.n8n.api.activate("tinyOne00000001")).toMatchObject({ id: "tinyOne00000001", active: true });
    await eventually("the webhook to come", async () => ((await call("tiny-one")).status === 200 ? true : undefined));
  });

  it("tells what is missing from what is forbidden from what is away", async () => {
    const { baseUrl, apiKey, api } = test.n8n;
    const codeOf = async (result: Promise<unknown>) => {
      const error = await result.catch((reason: unknown) => reason);
      return error instanceof N8nApiError ? error.code : error;
    };
    expect(await codeOf(api.getExecution("999999"))).toBe("not_found");
    expect(await codeOf(createN8nApi({ baseUrl, apiKey: "wrong", send: fetch }).listWorkflows())).toBe("unauthorized");
    const nowhere = createN8nApi({ baseUrl: "http://127.0.0.1:1", apiKey, send: fetch });
    expect(await codeOf(nowhere.listWorkflows())).toBe("unreachable");
  });
});

describe("kill, restart and stop", () => {
  it("comes back from SIGKILL on the same address with its workflows live", async () => {
    const { baseUrl, pid: killedPid } = test.n8n;
    await test.n8n.kill();
    expect(test.n8n.pid).toBeUndefined();
    expect(isGroupAlive(killedPid ?? 0)).toBe(false);
    await expect(call("tiny-one")).rejects.toThrow();

    await test.n8n.restart();
    expect(test.n8n.baseUrl).toBe(baseUrl);
    expect((await call("tiny-one")).body.answer).toBe("first");
    expect((await call("tiny-two")).body.answer).toBe("changed");
  });

  it("leaves no process behind when stopped", async () => {
    const pid = test.n8n.pid ?? 0;
    expect(isGroupAlive(pid)).toBe(true);
    await test.n8n.stop();
    expect(isGroupAlive(pid)).toBe(false);
    await expect(call("tiny-one")).rejects.toThrow();
  });
});
