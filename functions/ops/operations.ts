import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { blockCallerRoute } from "./block-caller.ts";
import { checkHealthRoute } from "./check-health.ts";
import { decideAbuseIncidentRoute } from "./decide-abuse-incident.ts";
import { invalidateCacheRoute } from "./invalidate-cache.ts";
import { liftBlockRoute } from "./lift-block.ts";
import { liftLimitRoute } from "./lift-limit.ts";
import { listAbuseIncidentsRoute } from "./list-abuse-incidents.ts";
import { listInstancesRoute } from "./list-instances.ts";
import { listLimitsRoute } from "./list-limits.ts";
import { listSigningKeysRoute } from "./list-signing-keys.ts";
import { putInstanceRoute } from "./put-instance.ts";
import { readBatchingRoute } from "./read-batching.ts";
import { readCacheStatsRoute } from "./read-cache-stats.ts";
import { readLimitStatisticsRoute } from "./read-limit-statistics.ts";
import { readUsageRoute } from "./read-usage.ts";
import { requestKeyRotationRoute } from "./request-key-rotation.ts";
import { setBatchingRoute } from "./set-batching.ts";
import { setCachingRoute } from "./set-caching.ts";
import { setLimitRoute } from "./set-limit.ts";
import { warmCacheRoute } from "./warm-cache.ts";

/** Every operation of operators, by its operationId. */
export const operations = {
  listInstances: listInstancesRoute,
  putInstance: putInstanceRoute,
  readUsage: readUsageRoute,
  readBatching: readBatchingRoute,
  setBatching: setBatchingRoute,
  listSigningKeys: listSigningKeysRoute,
  requestKeyRotation: requestKeyRotationRoute,
  invalidateCache: invalidateCacheRoute,
  warmCache: warmCacheRoute,
  readCacheStats: readCacheStatsRoute,
  setCaching: setCachingRoute,
  checkHealth: checkHealthRoute,
  listLimits: listLimitsRoute,
  readLimitStatistics: readLimitStatisticsRoute,
  listAbuseIncidents: listAbuseIncidentsRoute,
  decideAbuseIncident: decideAbuseIncidentRoute,
  setLimit: setLimitRoute,
  liftLimit: liftLimitRoute,
  blockCaller: blockCallerRoute,
  liftBlock: liftBlockRoute,
  getOpenApi: getOpenApiRoute,
} as const;
