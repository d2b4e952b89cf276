import { deleteChannel } from "#shared/goals/notification-channels.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { noContent } from "#shared/http/schemas.ts";
import { ChannelParam } from "./channel-schema.ts";

export const deleteNotificationChannelRoute = defineRoute({
  operationId: "deleteNotificationChannel",
  summary: "Stop sending notifications there",
  tags: ["Notifications"],
  scope: "notifications:write",
  problems: ["not_found"],
  method: "delete",
  path: "/v1/notification-channels/{kind}",
  request: { params: ChannelParam },
  responses: { 204: noContent("It is gone.") },
});

export const registerDeleteNotificationChannel = (edge: Edge) =>
  edge.openapi(deleteNotificationChannelRoute, async (c) => {
    const { kind } = c.req.valid("param");
    orProblem(await deleteChannel(c.get("ctx").db, callerOf(c).tenantId, kind));
    return c.body(null, 204);
  });
