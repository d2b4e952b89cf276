import { sql } from "drizzle-orm";
import { bigint, boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

const count = (name: string) => bigint(name, { mode: "number" }).notNull();

/** What became of requests for cached routes, by hour: each process adds what it counted every ten seconds. */
export const cacheCounts = pgTable(
  "cache_counts",
  {
    hour: instant("hour").notNull(),
    tenantId: text("tenant_id").notNull(), // "-": of public answers
    route: text("route").notNull(), // an operationId
    hits: count("hits"),
    uriMiss: count("uri_miss"), // misses by why, in the words of RFC 9211
    stale: count("stale"),
    request: count("request"),
    bypass: count("bypass"),
    collapsed: count("collapsed"),
    stored: count("stored"),
    storedBytes: count("stored_bytes"),
    fills: count("fills"),
    fillMs: doublePrecision("fill_ms").notNull(),
  },
  (t) => [primaryKey({ name: "cache_counts_pk", columns: [t.hour, t.tenantId, t.route] })],
);

/** The answers that drew the most hits, by hour: estimates from samples (hot-keys.ts). */
export const cacheHotKeys = pgTable(
  "cache_hot_keys",
  {
    hour: instant("hour").notNull(),
    tenantId: text("tenant_id").notNull(),
    path: text("path").notNull(), // with its query, as the service sees it
    route: text("route").notNull(),
    hits: count("hits"),
  },
  (t) => [primaryKey({ name: "cache_hot_keys_pk", columns: [t.hour, t.tenantId, t.path] })],
);

/** When an alarm is told. One row, or none while everything is as it comes. */
export const cachingSettings = pgTable("caching_settings", {
  isOnly: boolean("is_only").primaryKey().default(true),
  targetHitRate: doublePrecision("target_hit_rate"), // null: as it comes
  routeTargets: jsonb("route_targets"), // by operationId
  leastRequests: integer("least_requests"),
  hotShare: doublePrecision("hot_share"),
  hotHits: integer("hot_hits"),
  reason: text("reason"),
  setBy: text("set_by"),
  setAt: instant("set_at"),
  toldHour: instant("told_hour").notNull().default(sql`'-infinity'`), // the last hour that a digest told of
});

/** Alarms that were told and have not ended. */
export const cachingAlarms = pgTable(
  "caching_alarms",
  {
    name: text("name").notNull(), // of the event
    subject: text("subject").notNull(), // an operationId, or a tenant and a path
    since: instant("since").notNull(), // the hour that it was first told of
  },
  (t) => [primaryKey({ name: "caching_alarms_pk", columns: [t.name, t.subject] })],
);
