import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerCheckHealth } from "./check-health.ts";
import { registerInvalidateCache } from "./invalidate-cache.ts";
import { registerListInstances } from "./list-instances.ts";
import { registerListSigningKeys } from "./list-signing-keys.ts";
import { registerPutInstance } from "./put-instance.ts";
import { registerReadCacheStats } from "./read-cache-stats.ts";
import { registerReadUsage } from "./read-usage.ts";
import { registerRequestKeyRotation } from "./request-key-rotation.ts";
import { registerWarmCache } from "./warm-cache.ts";

const TITLE = { title: "Rainwire operations", description: "What operators and n8n manage: instances, usage, health." };

/** The service of operators, sealed. */
export function createOps(): Edge {
  const edge = createEdge();
  registerListInstances(edge);
  registerPutInstance(edge);
  registerReadUsage(edge);
  registerListSigningKeys(edge);
  registerRequestKeyRotation(edge);
  registerInvalidateCache(edge);
  registerWarmCache(edge);
  registerReadCacheStats(edge);
  registerCheckHealth(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => `${publicUrl}/ops`);
  return sealEdge(edge);
}
