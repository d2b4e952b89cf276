import { deliverNotification } from "#shared/goals/deliver-notification.ts";
import { runOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Notification } from "#shared/http/goal-schemas.ts";
import { orProblem } from "#shared/http/problem.ts";
import { IdParam, jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { runActor } from "#shared/workflows/run-actor.ts";

export const deliverNotificationRoute = defineRoute({
  operationId: "deliverNotification",
  summary: "Deliver a notification over the tenant's channels",
  description: "A channel that has it already is left alone, so a call may be repeated.",
  tags: ["Notifications"],
  scope: "run:notifications.deliver",
  problems: ["not_found", "attempt_superseded", "execution_settled", "busy"],
  method: "post",
  path: "/v1/notifications/{id}/deliver",
  request: { params: IdParam },
  responses: { 200: jsonAnswer(Notification, "What became of it on each channel.") },
});

export const registerDeliverNotification = (edge: Edge) =>
  edge.openapi(deliverNotificationRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(toJson(orProblem(await deliverNotification(c.get("ctx"), runActor(runOf(c)), id))), 200);
  });
