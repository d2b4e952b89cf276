import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerClaimExecution } from "./claim-execution.ts";
import { registerCompleteExecution } from "./complete-execution.ts";
import { registerReportWorkflowError } from "./report-workflow-error.ts";

const TITLE = {
  title: "Rainwire hooks",
  description: "What workflow runs call back, with the token of their attempt, and what error workflows report.",
};

/** The service of workflow runs, sealed. */
export function createHooks(): Edge {
  const edge = createEdge();
  registerClaimExecution(edge);
  registerCompleteExecution(edge);
  registerReportWorkflowError(edge);
  registerGetOpenApi(edge, TITLE, ({ hooksUrl }) => hooksUrl);
  return sealEdge(edge);
}
