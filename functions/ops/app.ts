import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerBlockCaller } from "./block-caller.ts";
import { registerCheckHealth } from "./check-health.ts";
import { registerDecideAbuseIncident } from "./decide-abuse-incident.ts";
import { registerInvalidateCache } from "./invalidate-cache.ts";
import { registerLiftBlock } from "./lift-block.ts";
import { registerLiftLimit } from "./lift-limit.ts";
import { registerListAbuseIncidents } from "./list-abuse-incidents.ts";
import { registerListInstances } from "./list-instances.ts";
import { registerListLimits } from "./list-limits.ts";
import { registerListSigningKeys } from "./list-signing-keys.ts";
import { registerPutInstance } from "./put-instance.ts";
import { registerReadBatching } from "./read-batching.ts";
import { registerReadCacheStats } from "./read-cache-stats.ts";
import { registerReadLimitStatistics } from "./read-limit-statistics.ts";
import { registerReadUsage } from "./read-usage.ts";
import { registerRequestKeyRotation } from "./request-key-rotation.ts";
import { registerSetBatching } from "./set-batching.ts";
import { registerSetCaching } from "./set-caching.ts";
import { registerSetLimit } from "./set-limit.ts";
import { registerWarmCache } from "./warm-cache.ts";

const TITLE = { title: "Rainwire operations", description: "What operators and n8n manage: instances, usage, health." };

/** The service of operators, sealed. */
export function createOps(): Edge {
  const edge = createEdge();
  registerListInstances(edge);
  registerPutInstance(edge);
  registerReadUsage(edge);
  registerReadBatching(edge);
  registerSetBatching(edge);
  registerListSigningKeys(edge);
  registerRequestKeyRotation(edge);
  registerInvalidateCache(edge);
  registerWarmCache(edge);
  registerSetCaching(edge);
  registerReadCacheStats(edge);
  registerCheckHealth(edge);
  registerListLimits(edge);
  registerReadLimitStatistics(edge);
  registerListAbuseIncidents(edge);
  registerDecideAbuseIncident(edge);
  registerSetLimit(edge);
  registerLiftLimit(edge);
  registerBlockCaller(edge);
  registerLiftBlock(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => `${publicUrl}/ops`);
  return sealEdge(edge);
}
