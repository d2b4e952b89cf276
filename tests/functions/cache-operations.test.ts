import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const [api, ops] = [createApi(), createOps()];
let rainwire: TestInstance;
let acme: TestTenant;
let id: string;
beforeAll(async () => {
  const env = {
    API: {
      fetch: (request: Request) => {
        const { pathname, search } = new URL(request.url);
        return rainwire.fetch(api, pathname + search, request);
      },
    },
  };
  rainwire = await openTestInstance({ env });
});
beforeEach(async () => {
  acme = await rainwire.tenant();
  const made = await rainwire.fetch(api, "/v1/goals", asking(acme.key, "POST", { title: "Run" }));
  ({ id } = (await made.json()) as { id: string }); // safe: the API's answer
});
afterAll(() => rainwire?.close());

const statusOf = async (path: string, key = acme.key) =>
  (await rainwire.fetch(api, path, asking(key, "GET"))).headers.get("cache-status") ?? "";
const invalidate = async (body: object, key = acme.key) =>
  (await rainwire.fetch(ops, "/v1/cache/invalidate", asking(key, "POST", body))).json();

it.each([
  ["tag", () => ({ tags: [`goals:${acme.tenantId}:${id}`] })],
  ["key", () => ({ keys: [`/v1/goals/${id}`] })],
  ["prefix", () => ({ prefix: "/v1/goals/" })],
])("forgets by %s, and nothing beside it", async (_, body) => {
  const path = `/v1/goals/${id}`;
  for (const one of [path, "/v1/interactions"]) await statusOf(one);
  expect(await statusOf(path)).toMatch(/^rainwire; hit/);
  expect(await invalidate(body())).toEqual({ refused: [] });
  expect(await statusOf(path)).toMatch(/^rainwire; fwd=(stale|uri-miss); stored/);
  expect(await statusOf("/v1/interactions")).toMatch(/^rainwire; hit/);
});

it("leaves what another tenant keeps alone", async () => {
  const other = await rainwire.tenant();
  await statusOf("/v1/goals");
  const tag = `goals:${acme.tenantId}`;
  expect(await invalidate({ tags: [tag], prefix: "/" }, other.key)).toEqual({ refused: [tag] });
  expect(await statusOf("/v1/goals")).toMatch(/^rainwire; hit/);
});

it("reads ahead what it is told", async () => {
  const body = { paths: [`/v1/goals/${id}`, "/v1/goals?limit=5", "/v1/nothing"] };
  const warmed = await rainwire.fetch(ops, "/v1/cache/warm", asking(acme.key, "POST", body));
  expect(await warmed.json()).toMatchObject({ answers: [{ status: 200 }, { status: 200 }, { status: 404 }] });
});

it("counts hits and misses by route", async () => {
  for (let i = 0; i < 4; i++) await statusOf(`/v1/goals/${id}/milestones`);
  const { routes } = (await (await rainwire.fetch(ops, "/v1/cache/stats", asking(acme.key, "GET"))).json()) as {
    routes: { operationId: string }[];
  }; // safe: asserted below
  expect(routes.find(({ operationId }) => operationId === "listMilestones")).toMatchObject({
    hits: 3,
    misses: { "uri-miss": 1 },
    stored: 1,
    hitRate: 0.75,
  });
});
