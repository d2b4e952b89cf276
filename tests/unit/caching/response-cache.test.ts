import { expect, it } from "vitest";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import { Reads } from "#shared/caching/reads.ts";
import { type CachedRoute, createResponseCache, keyOf } from "#shared/caching/response-cache.ts";
import { createTagEpochs } from "#shared/caching/tag-epochs.ts";
import { routeRule } from "#shared/limits/policies.ts";

const route: CachedRoute = {
  operationId: "getGoal",
  scope: "goals:read",
  policy: { scope: "tenant", ttlMs: 60_000, staleMs: 30_000 },
  rule: routeRule("getGoal"),
};
const ada: UserPrincipal = {
  kind: "user",
  userId: "ada",
  tenantId: "acme",
  role: "owner",
  scopes: [],
  isOperator: false,
  sessionId: "s",
};
const PATH = "/v1/goals/1";
const KEY = keyOf("api", "t:acme", PATH);

function world() {
  const state = { nowMs: 0, isHearing: true };
  const epochs = createTagEpochs();
  const responses = createResponseCache({ clock: () => state.nowMs, epochs, isHearing: () => state.isHearing });
  const begin = () => {
    const reads = new Reads(epochs);
    reads.add(["goals:acme:1"]);
    const fill = { reads, answer: new Promise<undefined>(() => undefined) };
    responses.begin(KEY, fill);
    return fill;
  };
  const answer = { route, status: 200, body: "{}", etag: '"e"', headers: { etag: '"e"' }, tags: [] } as const;
  const store = (fill = begin()) => responses.end(KEY, fill, answer);
  const find = (principal = ada, service = "api") => responses.find(service, principal, PATH);
  return { state, epochs, responses, begin, store, find };
}

it("finds at once what is kept, with what a short-cut needs to check", () => {
  const { store, find } = world();
  expect(find()).toBeUndefined();
  store();
  expect(find()).toMatchObject({ route: { scope: "goals:read", operationId: "getGoal" }, status: 200, body: "{}" });
  expect(find()?.headers).toEqual({ etag: '"e"', age: "0", "cache-status": "rainwire; hit; ttl=60" });
});

it("finds it for no other tenant, service, method or kind of caller", () => {
  const { store, find } = world();
  store();
  expect(find({ ...ada, tenantId: "other" })).toBeUndefined();
  expect(find(ada, "hooks")).toBeUndefined();
  expect(find({ ...ada, kind: "run" } as unknown as UserPrincipal)).toBeUndefined(); // safe: what a run has of these
});

it("neither answers nor lets anybody wait for a reading of before while the process hears nothing", () => {
  const { state, responses, begin, store, find } = world();
  store();
  begin();
  state.isHearing = false;
  expect(find()).toBeUndefined();
  expect(responses.look(KEY, route)).toEqual({ miss: "bypass" });
});

it("keeps nothing of a fill that began before a change, and lets nobody join it after", () => {
  const { epochs, responses, begin, store, find } = world();
  const fill = begin();
  expect(responses.look(KEY, route)).toEqual({ miss: "uri-miss", fill });
  epochs.move(["goals:acme:1"]);
  expect(responses.look(KEY, route)).toEqual({ miss: "uri-miss" });
  expect(store(fill)).toBe(false);
  expect(find()).toBeUndefined();
});

it("keeps nothing of a fill that was under way when its path was to be forgotten", () => {
  const { responses, begin, store } = world();
  const fill = begin();
  begin();
  responses.forget("acme", "/v1/goals", true);
  expect(store(fill)).toBe(false);
});

it("lets one read anew near the end while the others go on, and nobody after it", () => {
  const { state, responses, store, find } = world();
  store();
  state.nowMs = 55_000;
  expect(find()).toBeUndefined();
  expect(responses.look(KEY, route)).toEqual({ miss: "stale" });
  expect(find()).toBeDefined();
  state.nowMs = 89_999;
  expect(find()?.headers["cache-status"]).toBe("rainwire; hit; ttl=-30");
  state.nowMs = 90_000;
  expect(find()).toBeUndefined();
});
