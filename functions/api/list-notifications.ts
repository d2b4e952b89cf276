import { z } from "@hono/zod-openapi";
import { listNotifications } from "#shared/goals/list-notifications.ts";
import { callerOf } from "#shared/http/caller.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { Notification } from "#shared/http/goal-schemas.ts";
import { jsonAnswer, PageQuery, pageOf, toJson } from "#shared/http/schemas.ts";

export const listNotificationsRoute = defineRoute({
  operationId: "listNotifications",
  summary: "List the tenant's notifications, newest first",
  tags: ["Notifications"],
  scope: "notifications:read",
  method: "get",
  path: "/v1/notifications",
  request: {
    query: PageQuery.extend({ userId: z.string().optional(), isRead: z.stringbool().optional() }),
  },
  responses: { 200: jsonAnswer(pageOf(Notification, "NotificationPage"), "A page of notifications.") },
});

export const registerListNotifications = (edge: Edge) =>
  edge.openapi(listNotificationsRoute, async (c) =>
    c.json(toJson(await listNotifications(c.get("ctx").db, callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
