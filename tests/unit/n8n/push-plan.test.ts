import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCommandLine } from "#hosts/n8n/remote/command-line.ts";
import { type Compared, decide, isConflict } from "#hosts/n8n/remote/decide.ts";
import { describeChanges } from "#hosts/n8n/remote/describe-changes.ts";
import { findWorkflow } from "#hosts/n8n/remote/find-workflow.ts";
import { hashContent, normalise } from "#hosts/n8n/remote/hash-content.ts";
import { type Marker, readMarker, withMarker, withoutMarker } from "#hosts/n8n/remote/marker.ts";
import { renderBack, renderFor } from "#hosts/n8n/remote/render.ts";
import { UsageError } from "#hosts/n8n/remote/usage-error.ts";
import { StoredWorkflow, WorkflowContent } from "#shared/adapters/n8n/n8n-authoring.ts";

const shipped = (id: string) =>
  WorkflowContent.parse(JSON.parse(readFileSync(join(import.meta.dirname, `../../../workflows/${id}.json`), "utf8")));

const content = (changes: object = {}): WorkflowContent =>
  WorkflowContent.parse({
    name: "Rainwire: tiny",
    nodes: [
      { id: "b", name: "Answer", type: "n8n-nodes-base.set", position: [220, 0], parameters: { word: "hello" } },
      {
        id: "a",
        name: "Receive",
        type: "n8n-nodes-base.webhook",
        position: [0, 0],
        parameters: { path: "tiny" },
        credentials: { httpHeaderAuth: { id: "local01", name: "The header" } },
      },
    ],
    connections: { Receive: { main: [[{ node: "Answer", type: "main", index: 0 }]] } },
    settings: { executionOrder: "v1", errorWorkflow: "localError" },
    ...changes,
  });
const node = (name: string) => content().nodes.find((one) => one.name === name) ?? expect.fail();

const marker: Marker = {
  workflow: "tiny",
  pushedHash: "0123abcd",
  storedHash: "4567ef01",
  hooksUrl: "https://hooks.example.com/rain wire",
};

describe("decide", () => {
  const there = (hash: string, pushedHash: string, storedHash: string): Required<Compared>["remote"] => ({
    hash,
    marker: { pushedHash, storedHash },
  });
  it.each<[string, Compared, string, boolean]>([
    ["creates what is missing", { localHash: "a" }, "missing", false],
    ["leaves what is the same on both sides", { localHash: "a", remote: there("a", "a", "a") }, "unchanged", false],
    [
      "trusts what n8n made of a push over what was sent",
      { localHash: "a", remote: there("a'", "a", "a'") },
      "unchanged",
      false,
    ],
    ["updates what was changed here only", { localHash: "b", remote: there("a", "a", "a") }, "changed_here", false],
    ["sees an edit in n8n", { localHash: "a", remote: there("x", "a", "a") }, "changed_there", true],
    ["sees edits on both sides", { localHash: "b", remote: there("x", "a", "a") }, "changed_both", true],
    ["takes the same edit on both sides as done", { localHash: "b", remote: there("b", "a", "a") }, "adopt", false],
    ["adopts one that was imported", { localHash: "a", remote: { hash: "a", marker: undefined } }, "adopt", false],
    ["leaves one that nobody pushed", { localHash: "a", remote: { hash: "x", marker: undefined } }, "unmarked", true],
    ["does not choose between several", { localHash: "a", isAmbiguous: true }, "ambiguous", true],
  ])("%s", (_, compared, decision, isRefused) => {
    expect(decide(compared)).toBe(decision);
    expect(isConflict(decide(compared))).toBe(isRefused);
  });
});

describe("hashContent", () => {
  it("does not depend on the order of keys and nodes, nor on what n8n adds", () => {
    const { nodes, connections, ...rest } = content();
    const other = WorkflowContent.parse({
      ...rest,
      nodes: nodes.toReversed().map((one) => Object.fromEntries(Object.entries(one).toReversed())),
      connections: { ...connections, Answer: { main: [[]] } },
      settings: {
        callerPolicy: "workflowsFromSameOwner",
        availableInMCP: false,
        errorWorkflow: "localError",
        executionOrder: "v1",
      },
      nodeGroups: null,
    });
    expect(hashContent(other)).toBe(hashContent(content()));
  });

  it.each([
    ["a parameter", { nodes: [node("Receive"), { ...node("Answer"), parameters: { word: "bye" } }] }],
    ["a place", { nodes: [node("Receive"), { ...node("Answer"), position: [240, 0] }] }],
    ["a connection", { connections: {} }],
    ["a setting", { settings: { executionOrder: "v1" } }],
    ["the name", { name: "Rainwire: tiny, mine" }],
  ])("depends on %s", (_, change) => {
    expect(hashContent(content(change))).not.toBe(hashContent(content()));
  });

  it("is 32 digits, whether the marker is there or not", () => {
    const marked = withMarker(content(), marker);
    expect(hashContent(marked)).toBe(hashContent(content()));
    expect(hashContent(marked)).toMatch(/^[0-9a-f]{32}$/);
    expect(normalise(marked).nodes.map(({ name }) => name)).toEqual(["Answer", "Receive"]);
  });
});

describe("the marker", () => {
  it("is read from the note that carries it", () => {
    const marked = withMarker(content(), marker);
    expect(readMarker(marked.nodes)).toEqual(marker);
    expect(withoutMarker(marked)).toEqual(content());
  });

  it("lies above everything else", () => {
    const note = withMarker(shipped("planning-agent"), marker).nodes.at(-1);
    const top = Math.min(...shipped("planning-agent").nodes.map(({ position }) => position?.[1] ?? 0));
    const height = Number(note?.parameters.height);
    expect((note?.position?.[1] ?? 0) + height).toBeLessThan(top);
  });

  it("is missing when somebody spoilt or removed the note", () => {
    const marked = withMarker(content(), marker);
    const spoilt = marked.nodes.map((one) =>
      one.name === "Rainwire Push" ? { ...one, parameters: { content: "mine now" } } : one,
    );
    expect(readMarker(spoilt)).toBeUndefined();
    expect(readMarker(content().nodes)).toBeUndefined();
  });
});

describe("findWorkflow", () => {
  const stored = (id: string, name: string, options: { marked?: boolean; isArchived?: boolean } = {}) =>
    StoredWorkflow.parse({
      ...(options.marked ? withMarker(content({ name }), marker) : content({ name })),
      id,
      active: false,
      isArchived: options.isArchived ?? false,
    });
  const find = (...workflows: StoredWorkflow[]) => {
    const found = findWorkflow("tiny", "Rainwire: tiny", workflows);
    return found.kind === "one" ? found.workflow.id : found.kind;
  };

  it("takes the one with name and marker over copies of it", () => {
    const copies = [stored("2", "Rainwire: tiny copy", { marked: true }), stored("3", "Rainwire: tiny")];
    expect(find(stored("1", "Rainwire: tiny", { marked: true }), ...copies)).toBe("1");
  });
  it("knows one by its name or, when renamed, by its marker", () => {
    expect(find(stored("1", "Rainwire: tiny"), stored("2", "Theirs"))).toBe("1");
    expect(find(stored("1", "Renamed", { marked: true }), stored("2", "Theirs"))).toBe("1");
  });
  it("does not choose between several", () => {
    expect(find(stored("1", "Rainwire: tiny"), stored("2", "Rainwire: tiny"))).toBe("several");
    expect(find(stored("1", "Renamed", { marked: true }), stored("2", "Rainwire: tiny"))).toBe("several");
  });
  it("takes archived ones as gone", () => {
    expect(find(stored("1", "Rainwire: tiny", { marked: true, isArchived: true }))).toBe("none");
  });
});

describe("renderFor", () => {
  const ids = {
    credentials: [
      { id: "other", name: "Another", type: "httpHeaderAuth" },
      { id: "remote77", name: "The header", type: "httpHeaderAuth" },
    ],
    workflows: new Map([["localError", "remoteError"]]),
  };
  const there = renderFor(ids, content());

  it("puts n8n's ids in place of the project's", () => {
    expect(there.nodes[1]?.credentials).toEqual({ httpHeaderAuth: { id: "remote77", name: "The header" } });
    expect(there.settings).toEqual({ executionOrder: "v1", errorWorkflow: "remoteError" });
  });
  it("says which ids n8n has yet to give", () => {
    const pending = renderFor({ credentials: [], workflows: new Map() }, content());
    expect(pending.nodes[1]?.credentials).toEqual({ httpHeaderAuth: { id: "new:The header", name: "The header" } });
    expect(pending.settings.errorWorkflow).toBe("new:localError");
  });
  it("is undone by renderBack", () => {
    const credentials = [{ id: "local01", name: "The header", type: "httpHeaderAuth" }];
    expect(renderBack({ ...ids, credentials }, there)).toEqual(content());
  });
});

describe("describeChanges", () => {
  it("names what was added, removed, moved and changed", () => {
    const there = content({
      nodes: [
        { ...node("Answer"), position: [300, 20], parameters: { word: "bye", text: "one\ntwo" } },
        { id: "c", name: "Mine", type: "n8n-nodes-base.noOp", position: [0, 0], parameters: {} },
      ],
      connections: {},
      settings: { executionOrder: "v1", errorWorkflow: "localError", timezone: "Europe/Rome" },
    });
    expect(describeChanges(content(), there)).toEqual([
      '- node "Receive" (n8n-nodes-base.webhook)',
      '~ node "Answer" was moved',
      '~ node "Answer": parameters.word "hello" → "bye"',
      '~ node "Answer": parameters.text nothing → "one\\ntwo"',
      '+ node "Mine" (n8n-nodes-base.noOp)',
      '- connections of "Receive"',
      '+ setting "timezone" nothing → "Europe/Rome"',
    ]);
  });
  it("says how much of a long text changed", () => {
    const code = (jsCode: string) => content({ nodes: [{ ...node("Answer"), parameters: { jsCode } }] });
    expect(describeChanges(code("a\nb\nc"), code("a\nx\ny\nc"))).toEqual([
      '~ node "Answer": parameters.jsCode changed (2 lines added, 1 removed)',
    ]);
  });
  it("has nothing to say about the same", () => {
    expect(describeChanges(content(), withMarker(content(), marker))).toEqual([]);
  });
});

describe("readCommandLine", () => {
  const read = (args: string, environment = {}) => readCommandLine(args.split(" "), environment);
  it("takes address and key from the environment, and flags over it", () => {
    const environment = { N8N_URL: "https://one.example.com/", N8N_API_KEY: "key-1" };
    expect(read("status", environment)).toMatchObject({ url: "https://one.example.com", apiKey: "key-1" });
    expect(read("push a b --url http://two.example.com --api-key key-2", environment)).toMatchObject({
      command: "push",
      names: ["a", "b"],
      url: "http://two.example.com",
      apiKey: "key-2",
    });
  });
  it("takes the first name of restore as the backup", () => {
    expect(read("restore dir one --url http://n8n --api-key k")).toMatchObject({ backup: "dir", names: ["one"] });
  });
  it.each([
    ["--url http://n8n --api-key k", /Name a command/],
    ["remove --url http://n8n --api-key k", /"remove" is no command/],
    ["push --api-key k", /--url is needed/],
    ["push --url n8n --api-key k", /--url "n8n" is no http\(s\) URL/],
    ["push --url http://n8n", /API key of the n8n is needed/],
    ["push --force --url http://n8n --api-key k", /Unknown option '--force'/],
    ["status tiny --url http://n8n --api-key k", /status takes no names/],
    ["restore --url http://n8n --api-key k", /restore needs the folder/],
    ["push --url http://n8n --api-key k --register http://r", /needs an operator's key/],
  ])("refuses “%s”", (args, message) => {
    expect(() => read(args)).toThrow(UsageError);
    expect(() => read(args)).toThrow(message);
  });
});
