import { expect, it } from "vitest";
import { runCodeNode } from "./code-node.ts";

interface Decided {
  action: string;
  invalidate?: { tenantId: string; keys: string[] };
  warm?: { tenantId: string; paths: string[] };
  result: { decision: string; why: string; warnings: string[]; paths: string[] };
}

const decide = (input: object, config = { mostAnswers: 2, leastRequests: 1000 }): Decided =>
  runCodeNode<Decided>("auto-cache-invalidation", "Decide Cache Care", {
    outputs: { "Claim Execution": { input }, Config: config },
    input: {},
  });

const misses = { "uri-miss": 0, stale: 0, request: 0, bypass: 0 };
const hot = (tenantId: string, path: string) => ({ tenantId, operationId: "listGoals", path, hits: 100 });
const dropped = (more: object) => ({
  operationId: "listGoals",
  requests: 1000,
  hits: 800,
  hitRate: 0.8,
  targetHitRate: 0.95,
  misses: { ...misses, stale: 200 },
  hotKeys: [hot("acme", "/v1/goals?limit=1"), hot("globex", "/v1/goals"), hot("acme", "/v1/goals?limit=2")],
  ...more,
});

it("renews a tenant's hottest answers when most misses had changed", () => {
  const decided = decide(dropped({}));
  const paths = ["/v1/goals?limit=1", "/v1/goals?limit=2"];
  expect(decided).toMatchObject({
    action: "renew",
    invalidate: { tenantId: "acme", keys: paths },
    warm: { tenantId: "acme", paths },
    result: {
      why: "listGoals: 80 % of 1000 requests were hits, 95 % are wanted; most others had changed or were too old.",
    },
  });
});

it("reads ahead when most were not there, no more than it may", () => {
  const decided = decide(dropped({ misses: { ...misses, "uri-miss": 150, stale: 50 } }), {
    mostAnswers: 1,
    leastRequests: 1000,
  });
  expect(decided).toMatchObject({ action: "warm", warm: { tenantId: "acme", paths: ["/v1/goals?limit=1"] } });
});

it.each([
  ["processes hear nothing", { misses: { ...misses, bypass: 150, stale: 50 } }, /look at their connections/],
  ["nothing is asked for often", { hotKeys: [] }, /no answer is asked for often enough/],
  ["only public answers are", { hotKeys: [hot("-", "/openapi.json")] }, /no answer is asked for often enough/],
])("leaves all alone when %s", (_, more, why) => {
  expect(decide(dropped(more))).toMatchObject({ action: "none", result: { why: expect.stringMatching(why) } });
});

it("reads a hot answer ahead, unless it is everybody's", () => {
  const found = { ...hot("acme", "/v1/goals"), share: 0.4 };
  expect(decide(found)).toMatchObject({
    action: "warm",
    warm: { tenantId: "acme", paths: ["/v1/goals"] },
    result: { why: "40 % of all hits (about 100) were of /v1/goals." },
  });
  expect(decide({ ...found, tenantId: "-", path: "/openapi.json" })).toMatchObject({ action: "none" });
});

it("reports a digest, and names the routes under their targets", () => {
  const route = {
    operationId: "getGoal",
    hits: 900,
    misses: { ...misses, stale: 100 },
    targetHitRate: 0.95,
    hitRate: 0.9,
  };
  const rare = { ...route, operationId: "rare", hits: 90, misses };
  const decided = decide({ requests: 1090, hits: 990, hitRate: 0.908, routes: [route, rare], hotKeys: [] });
  expect(decided).toEqual({
    action: "none",
    result: {
      decision: "none",
      why: "990 of 1090 requests were hits: 90.8 %.",
      warnings: ["getGoal: 90 % of 95 % wanted."],
      paths: [],
    },
  });
});
