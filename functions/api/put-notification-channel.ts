import { putChannel } from "#shared/goals/notification-channels.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody, toJson } from "#shared/http/schemas.ts";
import { Channel, ChannelInput, ChannelParam } from "./channel-schema.ts";

export const putNotificationChannelRoute = defineRoute({
  operationId: "putNotificationChannel",
  summary: "Set where notifications are sent",
  description:
    "Each notification is posted there at least once, with its id as `idempotency-key`. Private addresses are refused when sending, unless the operator allows the host.",
  tags: ["Notifications"],
  scope: "notifications:write",
  method: "put",
  path: "/v1/notification-channels/{kind}",
  request: { params: ChannelParam, ...jsonBody(ChannelInput) },
  responses: { 200: jsonAnswer(Channel, "The channel.") },
});

export const registerPutNotificationChannel = (edge: Edge) =>
  edge.openapi(putNotificationChannelRoute, async (c) => {
    const { kind } = c.req.valid("param");
    const { tenantId } = callerOf(c);
    return c.json(toJson(orProblem(await putChannel(c.get("ctx"), tenantId, kind, c.req.valid("json")))), 200);
  });
