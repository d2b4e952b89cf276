import type { Operations } from "./operations.ts";

type LineOf<Route> = Route extends { method: infer Method extends string; path: infer Path extends string }
  ? `${Uppercase<Method>} ${Path}`
  : never;

/** Where each operation is. The compiler holds every line to its route, so that a client needs no schema to run. */
export const PATHS: { readonly [Name in keyof Operations]: LineOf<Operations[Name]> } = {
  submitAction: "POST /v2/unified",
  getExecution: "GET /v1/executions/{id}",
  listExecutions: "GET /v1/executions",
  followExecution: "GET /v1/executions/{id}/events",
  cancelExecution: "POST /v1/executions/{id}/cancel",
  createGoal: "POST /v1/goals",
  listGoals: "GET /v1/goals",
  getGoal: "GET /v1/goals/{id}",
  changeGoal: "PATCH /v1/goals/{id}",
  deleteGoal: "DELETE /v1/goals/{id}",
  getGoalProgress: "GET /v1/goals/{id}/progress",
  addMilestone: "POST /v1/goals/{id}/milestones",
  listMilestones: "GET /v1/goals/{id}/milestones",
  changeMilestone: "PATCH /v1/goals/{id}/milestones/{milestoneId}",
  deleteMilestone: "DELETE /v1/goals/{id}/milestones/{milestoneId}",
  recordInteraction: "POST /v1/interactions",
  listInteractions: "GET /v1/interactions",
  listNotifications: "GET /v1/notifications",
  markNotificationRead: "POST /v1/notifications/{id}/read",
  getNotificationChannel: "GET /v1/notification-channels/{kind}",
  putNotificationChannel: "PUT /v1/notification-channels/{kind}",
  deleteNotificationChannel: "DELETE /v1/notification-channels/{kind}",
  listWorkflowMappings: "GET /v1/workflow-mappings",
  createWorkflowMapping: "POST /v1/workflow-mappings",
  changeWorkflowMapping: "PATCH /v1/workflow-mappings/{id}",
  deleteWorkflowMapping: "DELETE /v1/workflow-mappings/{id}",
  createApiKey: "POST /v1/api-keys",
  listApiKeys: "GET /v1/api-keys",
  revokeApiKey: "DELETE /v1/api-keys/{id}",
  listDeliveries: "GET /v1/deliveries",
  getDelivery: "GET /v1/deliveries/{id}",
  listDeadLetters: "GET /v1/dead-letters",
  replayDeadLetter: "POST /v1/dead-letters/{id}/replay",
  replayDeadLetters: "POST /v1/dead-letters/replay",
  getOpenApi: "GET /openapi.json",
  getDocs: "GET /docs",
};
