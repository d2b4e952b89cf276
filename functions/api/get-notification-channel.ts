import { readChannel } from "#shared/goals/notification-channels.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonAnswer, toJson } from "#shared/http/schemas.ts";
import { Channel, ChannelParam } from "./channel-schema.ts";

export const getNotificationChannelRoute = defineRoute({
  operationId: "getNotificationChannel",
  summary: "Read where notifications are sent",
  tags: ["Notifications"],
  scope: "notifications:write",
  problems: ["not_found"],
  method: "get",
  path: "/v1/notification-channels/{kind}",
  request: { params: ChannelParam },
  responses: { 200: jsonAnswer(Channel, "The channel.") },
});

export const registerGetNotificationChannel = (edge: Edge) =>
  edge.openapi(getNotificationChannelRoute, async (c) => {
    const { kind } = c.req.valid("param");
    return c.json(toJson(orProblem(await readChannel(c.get("ctx").db, callerOf(c).tenantId, kind))), 200);
  });
