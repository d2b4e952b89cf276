import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

interface Answer {
  id?: string;
  status: number;
  headers: Record<string, string>;
  body?: { id?: string; title?: string; code?: string; items?: unknown[] };
}

async function submit(operations: object[], { key = tenant.key, mode = "parallel", headers = {} } = {}) {
  const response = await rainwire.fetch(api, "/v1/batch", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ operations, mode }),
  });
  return { status: response.status, ...((await response.json()) as { answers: Answer[]; errors?: unknown[] }) };
}

const create = (title: string, more: object = {}) => ({ method: "POST", path: "/v1/goals", body: { title }, ...more });

describe("POST /v1/batch", () => {
  it("answers each operation for itself, in their order", async () => {
    const { status, answers } = await submit([
      create("First", { id: "a" }),
      { id: "b", path: "/v1/goals/01900000-0000-7000-8000-000000000000" },
      { path: "/v1/goals?limit=0" },
      { method: "PUT", path: "/v1/goals" },
    ]);
    expect(status).toBe(200);
    expect(answers.map(({ id, status: code }) => [id, code])).toEqual([
      ["a", 201],
      ["b", 404],
      [undefined, 422],
      [undefined, 405],
    ]);
    expect(answers[0]?.body).toMatchObject({ title: "First" });
    expect(answers[1]).toMatchObject({
      headers: { "content-type": "application/problem+json" },
      body: { code: "not_found" },
    });
  });

  it("in sequence, lets an operation see what the one before it wrote", async () => {
    const made = (await submit([create("Before")])).answers[0]?.body?.id;
    const { answers } = await submit(
      [
        { method: "PATCH", path: `/v1/goals/${made}`, body: { title: "After" } },
        { path: `/v1/goals/${made}` },
        { method: "DELETE", path: `/v1/goals/${made}` },
        { path: `/v1/goals/${made}` },
      ],
      { mode: "sequence" },
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 204, 404]);
    expect(answers[1]?.body?.title).toBe("After");
    expect(answers[2]).not.toHaveProperty("body");
  });

  it("asks for the scope of each operation", async () => {
    const key = await tenant.keyWith("batch:submit", "goals:read");
    const { answers } = await submit([{ path: "/v1/goals" }, create("Not mine to make")], { key });
    expect(answers.map(({ status, body }) => [status, body?.code])).toEqual([
      [200, undefined],
      [403, "scope_missing"],
    ]);
  });

  it("shows a tenant nothing of another one, though both read at once", async () => {
    const other = await rainwire.tenant();
    const mine = (await submit([create("Mine")])).answers[0]?.body?.id;
    const theirs = (await submit([create("Theirs")], { key: other.key })).answers[0]?.body?.id;
    const both = [{ path: `/v1/goals/${mine}` }, { path: `/v1/goals/${theirs}` }];
    const [forMe, forThem] = await Promise.all([submit(both), submit(both, { key: other.key })]);
    expect(forMe.answers.map(({ status }) => status)).toEqual([200, 404]);
    expect(forThem.answers.map(({ status }) => status)).toEqual([404, 200]);
  });

  it("takes an Idempotency-Key for an operation", async () => {
    const operation = create("Once", { headers: { "idempotency-key": "once-1" } });
    const [first, second] = (await submit([operation, operation], { mode: "sequence" })).answers;
    expect(first?.status).toBe(201);
    expect(second?.body?.id).toBe(first?.body?.id);
  });

  it("reads a hundred goals with a few statements", async () => {
    const made = (await submit(Array.from({ length: 100 }, (_, i) => create(`Goal ${i}`)))).answers;
    const ids = made.map(({ body }) => body?.id);
    const batch = vi.spyOn(rainwire.database, "batch");
    const { answers } = await submit(ids.map((id) => ({ path: `/v1/goals/${id}` })));
    expect(answers.map(({ body }) => body?.id)).toEqual(ids);
    const reads = batch.mock.calls.filter(([statements]) => statements[0]?.text.includes("from user_goals"));
    expect(reads.length).toBeLessThan(40); // 2 when nothing else runs: the first goal, then the others
    batch.mockRestore();
  });

  it.each([
    ["no operation", [], "/operations"],
    ["a hundred and one", Array.from({ length: 101 }, () => ({ path: "/v1/goals" })), "/operations"],
    ["a batch in a batch", [{ method: "POST", path: "/v1/batch", body: {} }], "/operations/0/path"],
    ["another host's path", [{ path: "//evil.example/v1/goals" }], "/operations/0/path"],
    ["another's credential", [{ path: "/v1/goals", headers: { authorization: "Bearer x" } }], "/operations/0/headers"],
  ])("refuses %s, and says where", async (_, operations, pointer) => {
    const { status, errors } = await submit(operations);
    expect(status).toBe(422);
    expect(JSON.stringify(errors)).toContain(pointer);
  });

  it("refuses a stream", async () => {
    const { answers } = await submit([
      { method: "POST", path: "/v2/unified", body: { action: "goal.create", data: { title: "Streamed" } } },
    ]);
    const id = (answers[0]?.body as { executionId?: string } | undefined)?.executionId;
    const [streamed] = (await submit([{ path: `/v1/executions/${id}/events` }])).answers;
    expect(streamed).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  });
});
