import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { addMilestoneRoute } from "./add-milestone.ts";
import { cancelExecutionRoute } from "./cancel-execution.ts";
import { changeGoalRoute } from "./change-goal.ts";
import { changeMilestoneRoute } from "./change-milestone.ts";
import { changeWebhookEndpointRoute } from "./change-webhook-endpoint.ts";
import { changeWorkflowMappingRoute } from "./change-workflow-mapping.ts";
import { closeCostPeriodRoute } from "./close-cost-period.ts";
import { correctCostPeriodRoute } from "./correct-cost-period.ts";
import { createApiKeyRoute } from "./create-api-key.ts";
import { createGoalRoute } from "./create-goal.ts";
import { createWebhookEndpointRoute } from "./create-webhook-endpoint.ts";
import { createWorkflowMappingRoute } from "./create-workflow-mapping.ts";
import { deleteBudgetRoute } from "./delete-budget.ts";
import { deleteGoalRoute } from "./delete-goal.ts";
import { deleteMilestoneRoute } from "./delete-milestone.ts";
import { deleteNotificationChannelRoute } from "./delete-notification-channel.ts";
import { deleteWebhookEndpointRoute } from "./delete-webhook-endpoint.ts";
import { deleteWorkflowMappingRoute } from "./delete-workflow-mapping.ts";
import { explainCostChangeRoute } from "./explain-cost-change.ts";
import { exportCostsAsFocusRoute } from "./export-costs-as-focus.ts";
import { followExecutionRoute } from "./follow-execution.ts";
import { getCostReconciliationRoute } from "./get-cost-reconciliation.ts";
import { getCostSummaryRoute } from "./get-cost-summary.ts";
import { getCostTrendRoute } from "./get-cost-trend.ts";
import { getDeliveryRoute } from "./get-delivery.ts";
import { getDocsRoute } from "./get-docs.ts";
import { getExecutionRoute } from "./get-execution.ts";
import { getGoalRoute } from "./get-goal.ts";
import { getGoalProgressRoute } from "./get-goal-progress.ts";
import { getInteractionRoute } from "./get-interaction.ts";
import { getInvocationCostRoute } from "./get-invocation-cost.ts";
import { getMeRoute } from "./get-me.ts";
import { getNotificationChannelRoute } from "./get-notification-channel.ts";
import { getRunCostRoute } from "./get-run-cost.ts";
import { getWebhookDeliveryRoute } from "./get-webhook-delivery.ts";
import { getWebhookEndpointRoute } from "./get-webhook-endpoint.ts";
import { listApiKeysRoute } from "./list-api-keys.ts";
import { listBudgetsRoute } from "./list-budgets.ts";
import { listCostPeriodsRoute } from "./list-cost-periods.ts";
import { listCostsRoute } from "./list-costs.ts";
import { listDeadLettersRoute } from "./list-dead-letters.ts";
import { listDeliveriesRoute } from "./list-deliveries.ts";
import { listExecutionsRoute } from "./list-executions.ts";
import { listGoalsRoute } from "./list-goals.ts";
import { listInteractionsRoute } from "./list-interactions.ts";
import { listMilestonesRoute } from "./list-milestones.ts";
import { listNotificationsRoute } from "./list-notifications.ts";
import { listPriceCardsRoute } from "./list-price-cards.ts";
import { listUnusualCostDaysRoute } from "./list-unusual-cost-days.ts";
import { listWebhookDeliveriesRoute } from "./list-webhook-deliveries.ts";
import { listWebhookEndpointsRoute } from "./list-webhook-endpoints.ts";
import { listWorkflowMappingsRoute } from "./list-workflow-mappings.ts";
import { markNotificationReadRoute } from "./mark-notification-read.ts";
import { putNotificationChannelRoute } from "./put-notification-channel.ts";
import { recordInteractionRoute } from "./record-interaction.ts";
import { replayDeadLetterRoute } from "./replay-dead-letter.ts";
import { replayDeadLettersRoute } from "./replay-dead-letters.ts";
import { replayWebhooksRoute } from "./replay-webhooks.ts";
import { revokeApiKeyRoute } from "./revoke-api-key.ts";
import { rotateWebhookSecretRoute } from "./rotate-webhook-secret.ts";
import { setBudgetRoute } from "./set-budget.ts";
import { submitActionRoute } from "./submit-action.ts";
import { submitBatchRoute } from "./submit-batch.ts";
import { testWebhookEndpointRoute } from "./test-webhook-endpoint.ts";

/** Every operation that API consumers may call, by its operationId. */
export const operations = {
  submitAction: submitActionRoute,
  submitBatch: submitBatchRoute,
  getExecution: getExecutionRoute,
  listExecutions: listExecutionsRoute,
  followExecution: followExecutionRoute,
  cancelExecution: cancelExecutionRoute,
  createGoal: createGoalRoute,
  listGoals: listGoalsRoute,
  getGoal: getGoalRoute,
  changeGoal: changeGoalRoute,
  deleteGoal: deleteGoalRoute,
  getGoalProgress: getGoalProgressRoute,
  addMilestone: addMilestoneRoute,
  listMilestones: listMilestonesRoute,
  changeMilestone: changeMilestoneRoute,
  deleteMilestone: deleteMilestoneRoute,
  recordInteraction: recordInteractionRoute,
  listInteractions: listInteractionsRoute,
  getInteraction: getInteractionRoute,
  listNotifications: listNotificationsRoute,
  markNotificationRead: markNotificationReadRoute,
  getNotificationChannel: getNotificationChannelRoute,
  putNotificationChannel: putNotificationChannelRoute,
  deleteNotificationChannel: deleteNotificationChannelRoute,
  listWorkflowMappings: listWorkflowMappingsRoute,
  createWorkflowMapping: createWorkflowMappingRoute,
  changeWorkflowMapping: changeWorkflowMappingRoute,
  deleteWorkflowMapping: deleteWorkflowMappingRoute,
  createApiKey: createApiKeyRoute,
  listApiKeys: listApiKeysRoute,
  revokeApiKey: revokeApiKeyRoute,
  listDeliveries: listDeliveriesRoute,
  getDelivery: getDeliveryRoute,
  listDeadLetters: listDeadLettersRoute,
  replayDeadLetter: replayDeadLetterRoute,
  replayDeadLetters: replayDeadLettersRoute,
  listWebhookEndpoints: listWebhookEndpointsRoute,
  createWebhookEndpoint: createWebhookEndpointRoute,
  getWebhookEndpoint: getWebhookEndpointRoute,
  changeWebhookEndpoint: changeWebhookEndpointRoute,
  deleteWebhookEndpoint: deleteWebhookEndpointRoute,
  rotateWebhookSecret: rotateWebhookSecretRoute,
  testWebhookEndpoint: testWebhookEndpointRoute,
  listWebhookDeliveries: listWebhookDeliveriesRoute,
  getWebhookDelivery: getWebhookDeliveryRoute,
  replayWebhooks: replayWebhooksRoute,
  getCostSummary: getCostSummaryRoute,
  getCostTrend: getCostTrendRoute,
  listCosts: listCostsRoute,
  getInvocationCost: getInvocationCostRoute,
  getRunCost: getRunCostRoute,
  listPriceCards: listPriceCardsRoute,
  explainCostChange: explainCostChangeRoute,
  listUnusualCostDays: listUnusualCostDaysRoute,
  listBudgets: listBudgetsRoute,
  setBudget: setBudgetRoute,
  deleteBudget: deleteBudgetRoute,
  listCostPeriods: listCostPeriodsRoute,
  closeCostPeriod: closeCostPeriodRoute,
  correctCostPeriod: correctCostPeriodRoute,
  getCostReconciliation: getCostReconciliationRoute,
  exportCostsAsFocus: exportCostsAsFocusRoute,
  getMe: getMeRoute,
  getOpenApi: getOpenApiRoute,
  getDocs: getDocsRoute,
} as const;

export type Operations = typeof operations;
