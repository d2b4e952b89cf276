import { z } from "zod";
import { event, instant } from "./event.ts";

const rate = z.number().min(0).max(1);
const misses = z.object({ "uri-miss": z.int(), stale: z.int(), request: z.int(), bypass: z.int() });

const HotKey = z.object({
  tenantId: z.string().describe("`-`: of public answers"),
  operationId: z.string(),
  path: z.string(),
  hits: z.int().describe("About so many"),
});

const counted = {
  operationId: z.string(),
  hits: z.int(),
  misses: misses.describe("By why they went past the cache (RFC 9211)"),
  collapsed: z.int(),
  averageFillMs: z.number().nullable(),
};

const CachingDigest = z.object({
  since: instant,
  until: instant,
  targetHitRate: rate,
  requests: z.int().describe("That would have taken a kept answer"),
  hits: z.int(),
  hitRate: rate.nullable(),
  routes: z.array(
    z.object({
      ...counted,
      stored: z.int(),
      storedBytes: z.int(),
      hitRate: rate.nullable(),
      targetHitRate: rate,
    }),
  ),
  hotKeys: z.array(HotKey),
});

const HitRateDropped = z.object({
  since: instant,
  until: instant,
  ...counted,
  requests: z.int(),
  hitRate: rate,
  targetHitRate: rate,
  hotKeys: z.array(HotKey),
});

const HotKeyFound = HotKey.extend({ since: instant, until: instant, share: rate.describe("Of all hits") });

const hour = { since: "2026-11-20T09:00:00.000Z", until: "2026-11-20T10:00:00.000Z" };

const hotKey = {
  tenantId: "01900000-0000-7000-8000-00000000000b",
  operationId: "listGoals",
  path: "/v1/goals?limit=20",
  hits: 41_000,
};

const route = {
  operationId: "listGoals",
  hits: 90_000,
  misses: { "uri-miss": 4_000, stale: 6_000, request: 120, bypass: 0 },
  collapsed: 800,
  averageFillMs: 3.2,
  hitRate: 0.9,
  targetHitRate: 0.95,
};

export const CACHING_EVENTS = {
  "caching.digest_ready": event("How often the caches answered in the last whole hour.", CachingDigest, {
    ...hour,
    targetHitRate: 0.95,
    requests: 100_000,
    hits: 90_000,
    hitRate: 0.9,
    routes: [{ ...route, stored: 9_200, storedBytes: 18_000_000 }],
    hotKeys: [hotKey],
  }),
  "caching.hit_rate_dropped": event(
    "A route's share of hits in the last whole hour is under its target: once, until it is back.",
    HitRateDropped,
    { ...hour, ...route, requests: 100_000, hotKeys: [hotKey] },
  ),
  "caching.hot_key_found": event(
    "One answer drew more than its share of all hits of the last whole hour: once, while it does.",
    HotKeyFound,
    { ...hour, ...hotKey, share: 0.41 },
  ),
} as const;
