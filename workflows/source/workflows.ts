import { apiBatching } from "./api-batching.ts";
import { autoCacheInvalidation } from "./auto-cache-invalidation.ts";
import { budgetAlert } from "./budget-alert.ts";
import { buildAgent } from "./build-workflow.ts";
import { costReport } from "./cost-report.ts";
import { buildErrorHandler } from "./error-handler.ts";
import { executionAgent } from "./execution-agent.ts";
import { goalCheckingAgent } from "./goal-checking-agent.ts";
import { integrationAgent } from "./integration-agent-v2.ts";
import { journeyAnalyzer } from "./journey-analyzer.ts";
import { jwtTokenRotation } from "./jwt-token-rotation.ts";
import { limitEnforcer } from "./limit-enforcer.ts";
import type { N8nWorkflow } from "./n8n-workflow.ts";
import { notificationOrchestrator } from "./notification-orchestrator.ts";
import { planningAgent } from "./planning-agent.ts";
import { reflectionAgent } from "./reflection-agent.ts";

const AGENTS = [
  planningAgent,
  executionAgent,
  reflectionAgent,
  goalCheckingAgent,
  integrationAgent,
  journeyAnalyzer,
  notificationOrchestrator,
  limitEnforcer,
  apiBatching,
  autoCacheInvalidation,
  costReport,
  budgetAlert,
  jwtTokenRotation,
];

/** Every workflow that Rainwire ships, by the name of its file. */
export const buildWorkflows = (): Map<string, N8nWorkflow> =>
  new Map([
    ...AGENTS.map((agent) => [`${agent.id}.json`, buildAgent(agent)] as const),
    ["error-handler.json", buildErrorHandler()],
  ]);
