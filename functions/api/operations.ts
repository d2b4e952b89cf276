import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { cancelExecutionRoute } from "./cancel-execution.ts";
import { followExecutionRoute } from "./follow-execution.ts";
import { getExecutionRoute } from "./get-execution.ts";
import { listExecutionsRoute } from "./list-executions.ts";
import { submitActionRoute } from "./submit-action.ts";

/** Every operation that API consumers may call, by its operationId. */
export const operations = {
  submitAction: submitActionRoute,
  getExecution: getExecutionRoute,
  listExecutions: listExecutionsRoute,
  followExecution: followExecutionRoute,
  cancelExecution: cancelExecutionRoute,
  getOpenApi: getOpenApiRoute,
} as const;

export type Operations = typeof operations;
