import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { checkHealthRoute } from "./check-health.ts";
import { listInstancesRoute } from "./list-instances.ts";
import { listSigningKeysRoute } from "./list-signing-keys.ts";
import { putInstanceRoute } from "./put-instance.ts";
import { readBatchingRoute } from "./read-batching.ts";
import { readUsageRoute } from "./read-usage.ts";
import { requestKeyRotationRoute } from "./request-key-rotation.ts";
import { setBatchingRoute } from "./set-batching.ts";

/** Every operation of operators, by its operationId. */
export const operations = {
  listInstances: listInstancesRoute,
  putInstance: putInstanceRoute,
  readUsage: readUsageRoute,
  readBatching: readBatchingRoute,
  setBatching: setBatchingRoute,
  listSigningKeys: listSigningKeysRoute,
  requestKeyRotation: requestKeyRotationRoute,
  checkHealth: checkHealthRoute,
  getOpenApi: getOpenApiRoute,
} as const;
