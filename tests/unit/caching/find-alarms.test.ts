import { expect, it } from "vitest";
import { findAlarms, type Hour, type Standing } from "#shared/caching/find-alarms.ts";
import { DEFAULT_SETTINGS } from "#shared/caching/settings.ts";

const SETTINGS = { ...DEFAULT_SETTINGS, targetHitRate: 0.9, leastRequests: 100, hotShare: 0.5, hotHits: 10_000 };
const route = (operationId: string, hits: number, stale: number, request = 0) => ({
  operationId,
  hits,
  misses: { "uri-miss": 0, stale, request, bypass: 0 },
  collapsed: 0,
  stored: 0,
  storedBytes: 0,
  hitRate: null,
  averageFillMs: null,
});
const hot = (path: string, hits: number) => ({ tenantId: "acme", operationId: "listGoals", path, hits });
const find = (hour: Partial<Hour>, standing: Standing[] = [], settings = SETTINGS) => {
  const [since, until] = [new Date("2026-11-20T09:00:00Z"), new Date("2026-11-20T10:00:00Z")];
  const { begun, ended } = findAlarms({ since, until, routes: [], hotPaths: [], ...hour }, settings, standing);
  return { begun: begun.map(({ name, subject }) => `${name} ${subject}`), ended };
};
const dropped = (subject: string): Standing => ({ name: "caching.hit_rate_dropped", subject });
const heated = (path: string): Standing => ({ name: "caching.hot_key_found", subject: `acme ${path}` });

it.each([
  ["at its target", route("getGoal", 90, 10), []],
  ["under its target", route("getGoal", 89, 11), ["caching.hit_rate_dropped getGoal"]],
  ["of few requests", route("getGoal", 10, 80), []],
  ["asked for anew by its clients", route("getGoal", 95, 5, 5_000), []],
])("judges a route %s", (_, counted, begun) => {
  expect(find({ routes: [counted] }).begun).toEqual(begun);
});

it("judges a route by a target of its own", () => {
  const routes = [route("listGoals", 60, 40), route("getGoal", 60, 40)];
  expect(find({ routes }, [], { ...SETTINGS, routeTargets: { listGoals: 0.5 } }).begun).toEqual([
    "caching.hit_rate_dropped getGoal",
  ]);
});

it("finds an answer hot by its share of all hits, or by their number", () => {
  const few = find({ routes: [route("listGoals", 150, 0)], hotPaths: [hot("/a", 99), hot("/b", 10)] });
  expect(few.begun).toEqual([]);
  const half = find({ routes: [route("listGoals", 400, 0)], hotPaths: [hot("/a", 200), hot("/b", 199)] });
  expect(half.begun).toEqual(["caching.hot_key_found acme /a"]);
  const many = find({ routes: [route("listGoals", 1_000_000, 0)], hotPaths: [hot("/a", 10_000), hot("/b", 9_999)] });
  expect(many.begun).toEqual(["caching.hot_key_found acme /a"]);
});

it("says an alarm once while it stays, and that it has ended when it has", () => {
  const low = { routes: [route("getGoal", 50, 50)], hotPaths: [hot("/a", 200)] };
  const standing = [dropped("getGoal"), heated("/a"), heated("/b")];
  expect(find(low, standing)).toEqual({ begun: [], ended: [heated("/b")] });
  expect(find({ routes: [route("getGoal", 99, 1)] }, standing)).toEqual({ begun: [], ended: standing });
});

it("lets a route's alarm stay while few requests say nothing", () => {
  const standing = [dropped("getGoal"), dropped("listGoals")];
  expect(find({ routes: [route("getGoal", 50, 0)] }, standing)).toEqual({ begun: [], ended: [] });
});
