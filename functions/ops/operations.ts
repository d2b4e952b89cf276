import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { checkHealthRoute } from "./check-health.ts";
import { invalidateCacheRoute } from "./invalidate-cache.ts";
import { listInstancesRoute } from "./list-instances.ts";
import { listSigningKeysRoute } from "./list-signing-keys.ts";
import { putInstanceRoute } from "./put-instance.ts";
import { readCacheStatsRoute } from "./read-cache-stats.ts";
import { readUsageRoute } from "./read-usage.ts";
import { requestKeyRotationRoute } from "./request-key-rotation.ts";
import { warmCacheRoute } from "./warm-cache.ts";

/** Every operation of operators, by its operationId. */
export const operations = {
  listInstances: listInstancesRoute,
  putInstance: putInstanceRoute,
  readUsage: readUsageRoute,
  listSigningKeys: listSigningKeysRoute,
  requestKeyRotation: requestKeyRotationRoute,
  invalidateCache: invalidateCacheRoute,
  warmCache: warmCacheRoute,
  readCacheStats: readCacheStatsRoute,
  checkHealth: checkHealthRoute,
  getOpenApi: getOpenApiRoute,
} as const;
