import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerAddMilestone } from "./add-milestone.ts";
import { registerCancelExecution } from "./cancel-execution.ts";
import { registerChangeGoal } from "./change-goal.ts";
import { registerChangeMilestone } from "./change-milestone.ts";
import { registerChangeWorkflowMapping } from "./change-workflow-mapping.ts";
import { registerCreateApiKey } from "./create-api-key.ts";
import { registerCreateGoal } from "./create-goal.ts";
import { registerCreateWorkflowMapping } from "./create-workflow-mapping.ts";
import { registerDeleteGoal } from "./delete-goal.ts";
import { registerDeleteMilestone } from "./delete-milestone.ts";
import { registerDeleteNotificationChannel } from "./delete-notification-channel.ts";
import { registerDeleteWorkflowMapping } from "./delete-workflow-mapping.ts";
import { registerFollowExecution } from "./follow-execution.ts";
import { registerGetDelivery } from "./get-delivery.ts";
import { registerGetDocs } from "./get-docs.ts";
import { registerGetExecution } from "./get-execution.ts";
import { registerGetGoal } from "./get-goal.ts";
import { registerGetGoalProgress } from "./get-goal-progress.ts";
import { registerGetNotificationChannel } from "./get-notification-channel.ts";
import { registerListApiKeys } from "./list-api-keys.ts";
import { registerListDeadLetters } from "./list-dead-letters.ts";
import { registerListDeliveries } from "./list-deliveries.ts";
import { registerListExecutions } from "./list-executions.ts";
import { registerListGoals } from "./list-goals.ts";
import { registerListInteractions } from "./list-interactions.ts";
import { registerListMilestones } from "./list-milestones.ts";
import { registerListNotifications } from "./list-notifications.ts";
import { registerListWorkflowMappings } from "./list-workflow-mappings.ts";
import { registerMarkNotificationRead } from "./mark-notification-read.ts";
import { registerPutNotificationChannel } from "./put-notification-channel.ts";
import { registerRecordInteraction } from "./record-interaction.ts";
import { registerReplayDeadLetter } from "./replay-dead-letter.ts";
import { registerReplayDeadLetters } from "./replay-dead-letters.ts";
import { registerRevokeApiKey } from "./revoke-api-key.ts";
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
  registerCreateGoal(edge);
  registerListGoals(edge);
  registerGetGoal(edge);
  registerChangeGoal(edge);
  registerDeleteGoal(edge);
  registerGetGoalProgress(edge);
  registerAddMilestone(edge);
  registerListMilestones(edge);
  registerChangeMilestone(edge);
  registerDeleteMilestone(edge);
  registerRecordInteraction(edge);
  registerListInteractions(edge);
  registerListNotifications(edge);
  registerMarkNotificationRead(edge);
  registerGetNotificationChannel(edge);
  registerPutNotificationChannel(edge);
  registerDeleteNotificationChannel(edge);
  registerListWorkflowMappings(edge);
  registerCreateWorkflowMapping(edge);
  registerChangeWorkflowMapping(edge);
  registerDeleteWorkflowMapping(edge);
  registerCreateApiKey(edge);
  registerListApiKeys(edge);
  registerRevokeApiKey(edge);
  registerListDeliveries(edge);
  registerGetDelivery(edge);
  registerListDeadLetters(edge);
  registerReplayDeadLetter(edge);
  registerReplayDeadLetters(edge);
  registerGetOpenApi(edge, TITLE, ({ publicUrl }) => publicUrl);
  registerGetDocs(edge, TITLE);
  return sealEdge(edge);
}
