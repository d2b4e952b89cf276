import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { claimExecutionRoute } from "./claim-execution.ts";
import { completeExecutionRoute } from "./complete-execution.ts";
import { reportWorkflowErrorRoute } from "./report-workflow-error.ts";

/** Every operation that workflow runs and n8n instances may call, by its operationId. */
export const operations = {
  claimExecution: claimExecutionRoute,
  completeExecution: completeExecutionRoute,
  reportWorkflowError: reportWorkflowErrorRoute,
  getOpenApi: getOpenApiRoute,
} as const;
