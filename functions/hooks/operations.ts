import { getOpenApiRoute } from "#shared/http/openapi.ts";
import { claimExecutionRoute } from "./claim-execution.ts";
import { completeExecutionRoute } from "./complete-execution.ts";
import { decideAbuseIncidentRoute } from "./decide-abuse-incident.ts";
import { deliverNotificationRoute } from "./deliver-notification.ts";
import { getCostNoticeRoute } from "./get-cost-notice.ts";
import { getFeedbackRoute } from "./get-feedback.ts";
import { getGoalRoute } from "./get-goal.ts";
import { invalidateCacheRoute } from "./invalidate-cache.ts";
import { listGoalsOfUserRoute } from "./list-goals-of-user.ts";
import { listSigningKeysRoute } from "./list-signing-keys.ts";
import { markCostNoticeSentRoute } from "./mark-cost-notice-sent.ts";
import { planMilestonesRoute } from "./plan-milestones.ts";
import { promoteSigningKeyRoute } from "./promote-signing-key.ts";
import { publishSigningKeyRoute } from "./publish-signing-key.ts";
import { readBatchingRoute } from "./read-batching.ts";
import { receiveQstashRoute } from "./receive-qstash.ts";
import { recordInteractionRoute } from "./record-interaction.ts";
import { reportWorkflowErrorRoute } from "./report-workflow-error.ts";
import { retireSigningKeyRoute } from "./retire-signing-key.ts";
import { setBatchingRoute } from "./set-batching.ts";
import { setMilestoneStatusRoute } from "./set-milestone-status.ts";
import { setPhaseRoute } from "./set-phase.ts";
import { setProgressRoute } from "./set-progress.ts";
import { setValidationRoute } from "./set-validation.ts";
import { warmCacheRoute } from "./warm-cache.ts";

/** Every operation that workflow runs and n8n instances may call, by its operationId. */
export const operations = {
  claimExecution: claimExecutionRoute,
  completeExecution: completeExecutionRoute,
  reportWorkflowError: reportWorkflowErrorRoute,
  getGoal: getGoalRoute,
  listGoalsOfUser: listGoalsOfUserRoute,
  planMilestones: planMilestonesRoute,
  setMilestoneStatus: setMilestoneStatusRoute,
  setProgress: setProgressRoute,
  setValidation: setValidationRoute,
  setPhase: setPhaseRoute,
  getFeedback: getFeedbackRoute,
  recordInteraction: recordInteractionRoute,
  deliverNotification: deliverNotificationRoute,
  readBatching: readBatchingRoute,
  setBatching: setBatchingRoute,
  invalidateCache: invalidateCacheRoute,
  warmCache: warmCacheRoute,
  getCostNotice: getCostNoticeRoute,
  markCostNoticeSent: markCostNoticeSentRoute,
  listSigningKeys: listSigningKeysRoute,
  publishSigningKey: publishSigningKeyRoute,
  promoteSigningKey: promoteSigningKeyRoute,
  retireSigningKey: retireSigningKeyRoute,
  receiveQstash: receiveQstashRoute,
  decideAbuseIncident: decideAbuseIncidentRoute,
  getOpenApi: getOpenApiRoute,
} as const;
