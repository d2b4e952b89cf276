import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerCancelExecution } from "./cancel-execution.ts";
import { registerFollowExecution } from "./follow-execution.ts";
import { registerGetExecution } from "./get-execution.ts";
import { registerListExecutions } from "./list-executions.ts";
import { registerSubmitAction } from "./submit-action.ts";

const TITLE = {
  title: "Rainwire API",
  description: "Actions, goals and executions: the edge between your apps and the n8n workflows behind them.",
};

/** The service of API consumers, sealed. */
export function createApi(): Edge {
  const edge = createEdge();
  registerSubmitAction(edge);
  registerGetExecution(edge);
  registerListExecutions(edge);
  registerFollowExecution(edge);
  registerCancelExecution(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => publicUrl);
  return sealEdge(edge);
}
