import { markNotificationRead } from "#shared/goals/mark-notification-read.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Notification } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";

export const markNotificationReadRoute = defineRoute({
  operationId: "markNotificationRead",
  summary: "Mark a notification as read",
  tags: ["Notifications"],
  scope: "notifications:write",
  problems: ["not_found"],
  method: "post",
  path: "/v1/notifications/{id}/read",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Notification, "The notification. The first time it was read stands.") },
});

export const registerMarkNotificationRead = (edge: Edge) =>
  edge.openapi(markNotificationReadRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await markNotificationRead(c.get("ctx"), callerOf(c), id))), 200);
  });
