import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { operations } from "#functions/api/operations.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const api = createApi();
let rainwire: TestInstance;
let acme: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
});
beforeEach(async () => {
  acme = await rainwire.tenant();
});
afterAll(() => rainwire?.close());

const get = (path: string, headers: Record<string, string> = {}, key = acme.key) =>
  rainwire.fetch(api, path, asking(key, "GET", undefined, headers));
const send = (method: string, path: string, body?: unknown) =>
  rainwire.fetch(api, path, asking(acme.key, method, body));

async function makeGoal(title = "Run"): Promise<string> {
  const { id } = (await (await send("POST", "/v1/goals", { title })).json()) as { id: string }; // safe: the API's answer
  return id;
}

const statusOf = (response: Response) => response.headers.get("cache-status");
const MISS = "rainwire; fwd=uri-miss; stored";
const STALE = "rainwire; fwd=stale; stored";

describe("a cached route", () => {
  it("answers the second request from the cache, byte for byte, and says so", async () => {
    const id = await makeGoal();
    const first = await get(`/v1/goals/${id}`);
    const second = await get(`/v1/goals/${id}`);
    expect(statusOf(first)).toBe(MISS);
    expect(statusOf(second)).toMatch(/^rainwire; hit; ttl=(59|60)$/);
    expect(second.headers.get("age")).toBe("0");
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(await second.text()).toBe(await first.text());
    for (const name of ["etag", "cache-control", "vary", "cache-tag", "surrogate-key", "content-type"]) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
  });

  it("is private, asks for revalidation and names its tags for a CDN", async () => {
    const id = await makeGoal();
    const { headers } = await get(`/v1/goals/${id}`);
    expect(headers.get("cache-control")).toBe("private, no-cache");
    expect(headers.get("vary")).toBe("authorization, x-api-key, cookie");
    expect(headers.get("cache-tag")).toBe(`goals:${acme.tenantId}:${id},milestones:${acme.tenantId}:${id}`);
    expect(headers.get("surrogate-key")).toBe(`goals:${acme.tenantId}:${id} milestones:${acme.tenantId}:${id}`);
  });

  it.each(["a miss", "a hit"])("answers 304 to a client that has it, at %s", async (which) => {
    const id = await makeGoal();
    const etag = (await get(`/v1/goals/${id}`)).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"1-\w+"$/);
    const extra: Record<string, string> = which === "a miss" ? { "cache-control": "no-cache" } : {};
    for (const named of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await get(`/v1/goals/${id}`, { ...extra, "if-none-match": named });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("etag")).toBe(etag);
    }
    expect((await get(`/v1/goals/${id}`, { ...extra, "if-none-match": '"other"' })).status).toBe(200);
  });

  it("takes its own ETag, or the version in it, as If-Match", async () => {
    const id = await makeGoal();
    const etag = (await get(`/v1/goals/${id}`)).headers.get("etag") ?? "";
    const change = (title: string, match: string) =>
      rainwire.fetch(api, `/v1/goals/${id}`, asking(acme.key, "PATCH", { title }, { "if-match": match }));
    expect((await change("Walk", etag)).status).toBe(200);
    expect((await change("Crawl", etag)).status).toBe(412);
    expect((await change("Crawl", '"2"')).status).toBe(200);
  });

  it("changes its ETag with anything that it shows", async () => {
    const id = await makeGoal();
    const before = (await get(`/v1/goals/${id}`)).headers.get("etag");
    await send("POST", `/v1/goals/${id}/milestones`, { title: "One" });
    const after = await get(`/v1/goals/${id}`);
    expect(statusOf(after)).toBe(STALE);
    expect(after.headers.get("etag")).not.toBe(before);
  });

  it("is read anew for a request that says no-cache, and kept by nobody at no-store", async () => {
    const id = await makeGoal();
    await get(`/v1/goals/${id}`);
    expect(statusOf(await get(`/v1/goals/${id}`, { "cache-control": "no-cache" }))).toBe(
      "rainwire; fwd=request; stored",
    );
    expect(statusOf(await get(`/v1/goals/${id}`, { "cache-control": "max-age=0" }))).toBe(
      "rainwire; fwd=request; stored",
    );
    const other = await makeGoal();
    const unkept = await get(`/v1/goals/${other}`, { "cache-control": "no-store" });
    expect(statusOf(unkept)).toBe("rainwire; fwd=request");
    expect(unkept.headers.get("cache-control")).toBe("no-store");
    expect(statusOf(await get(`/v1/goals/${other}`))).toBe(MISS);
  });

  it("answers 504 to only-if-cached when it has nothing", async () => {
    const id = await makeGoal();
    const onlyKept = () => get(`/v1/goals/${id}`, { "cache-control": "only-if-cached" });
    expect((await onlyKept()).status).toBe(504);
    await get(`/v1/goals/${id}`);
    expect((await onlyKept()).status).toBe(200);
  });

  it("keeps a 404 until the thing is there", async () => {
    const id = await makeGoal();
    await send("DELETE", `/v1/goals/${id}`);
    const first = await get(`/v1/goals/${id}`);
    const second = await get(`/v1/goals/${id}`);
    expect([first.status, second.status]).toEqual([404, 404]);
    expect(second.headers.get("cache-status")).toMatch(/^rainwire; hit/);
    expect(await second.json()).toMatchObject({ code: "not_found" });
  });

  it("never answers one tenant with what another's request left", async () => {
    const id = await makeGoal();
    const other = await rainwire.tenant();
    await get(`/v1/goals/${id}`);
    expect((await get(`/v1/goals/${id}`, {}, other.key)).status).toBe(404);
    expect((await get(`/v1/goals/${id}`)).status).toBe(200);
  });

  it("checks the scope at a hit, too", async () => {
    const id = await makeGoal();
    await get(`/v1/goals/${id}`);
    expect((await get(`/v1/goals/${id}`, {}, await acme.keyWith("interactions:read"))).status).toBe(403);
  });

  it("reads once for all who ask at the same time", async () => {
    const id = await makeGoal();
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => get(`/v1/goals/${id}`)))).map(statusOf);
    expect(statuses.filter((status) => status === MISS)).toHaveLength(1);
    const rest = statuses.filter((status) => status !== MISS);
    expect(rest).toContain("rainwire; fwd=uri-miss; collapsed");
    for (const status of rest) expect(status).toMatch(/^rainwire; (fwd=uri-miss; collapsed|hit; ttl=\d+)$/);
  });
});

describe("every cached route", () => {
  const cached = Object.values(operations).filter((route) => "x-cache" in route);
  const paths = (goalId: string): Record<string, string> => ({
    listGoals: "/v1/goals?include=milestones",
    getGoal: `/v1/goals/${goalId}`,
    getGoalProgress: `/v1/goals/${goalId}/progress`,
    listMilestones: `/v1/goals/${goalId}/milestones`,
    listInteractions: `/v1/interactions?goalId=${goalId}`,
    listWorkflowMappings: "/v1/workflow-mappings",
  });

  it.each(cached.map(({ operationId }) => operationId))("%s reads nothing without a tag", async (operationId) => {
    const path = paths(await makeGoal())[operationId];
    if (path === undefined) throw new Error(`Give ${operationId} a path in this test.`);
    const first = await get(path);
    expect(first.status).toBe(200);
    // A statement that does not say what it reads keeps the answer from being stored.
    expect(statusOf(first)).toBe(MISS);
    expect(statusOf(await get(path))).toMatch(/^rainwire; hit/);
    expect(first.headers.get("cache-tag")).not.toBe("");
  });

  it("shows each write to what it shows, at once, and to nothing else", async () => {
    const [id, other] = [await makeGoal("One"), await makeGoal("Two")];
    const all = { ...paths(id), listActive: "/v1/goals?status=active", other: `/v1/goals/${other}` };
    const read = async (): Promise<string[]> => {
      const moved: string[] = [];
      for (const [name, path] of Object.entries(all)) {
        if (!statusOf(await get(path))?.startsWith("rainwire; hit")) moved.push(name);
      }
      return moved;
    };
    await read();
    expect(await read()).toEqual([]);

    await send("PATCH", `/v1/goals/${id}`, { title: "Changed" });
    expect(await read()).toEqual(["listGoals", "getGoal", "getGoalProgress", "listMilestones"]);
    await send("PATCH", `/v1/goals/${id}`, { status: "active" });
    expect(await read()).toEqual(["listGoals", "getGoal", "getGoalProgress", "listMilestones", "listActive"]);
    await send("POST", `/v1/goals/${id}/milestones`, { title: "Step" });
    expect(await read()).toEqual(["listGoals", "getGoal", "getGoalProgress", "listMilestones"]);
    await send("POST", "/v1/interactions", { content: "Hello", goalId: id });
    expect(await read()).toEqual(["listInteractions"]);
    await makeGoal("Three");
    expect(await read()).toEqual(["listGoals", "listActive"]);
    await send("DELETE", `/v1/goals/${id}`);
    expect(await read()).toEqual([
      "listGoals",
      "getGoal",
      "getGoalProgress",
      "listMilestones",
      "listInteractions",
      "listActive",
    ]);
  });
});

describe("GET /v1/goals?include=milestones", () => {
  it("gives each goal its milestones in their order", async () => {
    const [first, second] = [await makeGoal("First"), await makeGoal("Second")];
    await send("POST", `/v1/goals/${first}/milestones`, { title: "B", position: 2 });
    await send("POST", `/v1/goals/${first}/milestones`, { title: "A", position: 1 });
    await send("POST", `/v1/goals/${second}/milestones`, { title: "C" });
    const { items } = (await (await get("/v1/goals?include=milestones")).json()) as {
      items: { id: string; milestones: { title: string }[] }[];
    }; // safe: the API's answer
    expect(items.map(({ id, milestones }) => [id, milestones.map(({ title }) => title)])).toEqual([
      [second, ["C"]],
      [first, ["A", "B"]],
    ]);
  });

  it("leaves them out when nobody asks", async () => {
    await makeGoal();
    const { items } = (await (await get("/v1/goals")).json()) as { items: object[] }; // safe: the API's answer
    expect(items[0]).not.toHaveProperty("milestones");
  });

  it("shows a milestone that changed in any goal of the page", async () => {
    const id = await makeGoal();
    await get("/v1/goals?include=milestones");
    await send("POST", `/v1/goals/${id}/milestones`, { title: "New" });
    expect(await (await get("/v1/goals?include=milestones")).text()).toContain('"title":"New"');
  });
});
