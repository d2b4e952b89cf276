import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { registerGetOpenApi } from "#shared/http/openapi.ts";
import { registerClaimExecution } from "./claim-execution.ts";
import { registerCompleteExecution } from "./complete-execution.ts";
import { registerDecideAbuseIncident } from "./decide-abuse-incident.ts";
import { registerDeliverNotification } from "./deliver-notification.ts";
import { registerGetCostNotice } from "./get-cost-notice.ts";
import { registerGetFeedback } from "./get-feedback.ts";
import { registerGetGoal } from "./get-goal.ts";
import { registerInvalidateCache } from "./invalidate-cache.ts";
import { registerListGoalsOfUser } from "./list-goals-of-user.ts";
import { registerListSigningKeys } from "./list-signing-keys.ts";
import { registerMarkCostNoticeSent } from "./mark-cost-notice-sent.ts";
import { registerPlanMilestones } from "./plan-milestones.ts";
import { registerPromoteSigningKey } from "./promote-signing-key.ts";
import { registerPublishSigningKey } from "./publish-signing-key.ts";
import { registerReadBatching } from "./read-batching.ts";
import { registerReceiveQstash } from "./receive-qstash.ts";
import { registerRecordInteraction } from "./record-interaction.ts";
import { registerReportWorkflowError } from "./report-workflow-error.ts";
import { registerRetireSigningKey } from "./retire-signing-key.ts";
import { registerSetBatching } from "./set-batching.ts";
import { registerSetMilestoneStatus } from "./set-milestone-status.ts";
import { registerSetPhase } from "./set-phase.ts";
import { registerSetProgress } from "./set-progress.ts";
import { registerSetValidation } from "./set-validation.ts";
import { registerWarmCache } from "./warm-cache.ts";

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
  registerGetGoal(edge);
  registerListGoalsOfUser(edge);
  registerPlanMilestones(edge);
  registerSetMilestoneStatus(edge);
  registerSetProgress(edge);
  registerSetValidation(edge);
  registerSetPhase(edge);
  registerGetFeedback(edge);
  registerRecordInteraction(edge);
  registerDeliverNotification(edge);
  registerReadBatching(edge);
  registerSetBatching(edge);
  registerInvalidateCache(edge);
  registerWarmCache(edge);
  registerGetCostNotice(edge);
  registerMarkCostNoticeSent(edge);
  registerListSigningKeys(edge);
  registerPublishSigningKey(edge);
  registerPromoteSigningKey(edge);
  registerRetireSigningKey(edge);
  registerReceiveQstash(edge);
  registerDecideAbuseIncident(edge);
  registerGetOpenApi(edge, TITLE, ({ hooksUrl }) => hooksUrl);
  return sealEdge(edge);
}
