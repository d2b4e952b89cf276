import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { checkHealthRoute } from "./check-health.ts";
import { listInstancesRoute } from "./list-instances.ts";
import { putInstanceRoute } from "./put-instance.ts";
import { readUsageRoute } from "./read-usage.ts";

/** Every operation of operators, by its operationId. */
export const operations = {
  listInstances: listInstancesRoute,
  putInstance: putInstanceRoute,
  readUsage: readUsageRoute,
  checkHealth: checkHealthRoute,
  getOpenApi: getOpenApiRoute,
} as const;
