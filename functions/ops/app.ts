import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerCheckHealth } from "./check-health.ts";
import { registerListInstances } from "./list-instances.ts";
import { registerListSigningKeys } from "./list-signing-keys.ts";
import { registerPutInstance } from "./put-instance.ts";
import { registerReadBatching } from "./read-batching.ts";
import { registerReadUsage } from "./read-usage.ts";
import { registerRequestKeyRotation } from "./request-key-rotation.ts";
import { registerSetBatching } from "./set-batching.ts";

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
  registerCheckHealth(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => `${publicUrl}/ops`);
  return sealEdge(edge);
}
