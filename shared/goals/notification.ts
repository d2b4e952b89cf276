import { type Statement, sql } from "#shared/database/sql.ts";

/** What became of a notification on one channel. */
export interface ChannelOutcome {
  channel: "in_app" | "webhook";
  status: "delivered" | "failed";
  /** Why it failed. */
  detail?: string;
}

export interface Notification {
  id: string;
  userId: string;
  goalId: string | null;
  title: string;
  body: string;
  status: "requested" | "delivered" | "failed";
  channels: ChannelOutcome[];
  createdAt: Date;
  deliveredAt: Date | null;
  readAt: Date | null;
}

export const SELECT_NOTIFICATION: Statement<Notification> = sql<Notification>`select id, user_id, goal_id, title, body,
  status, channels, created_at, delivered_at, read_at from notifications`;

export const notificationOf = (tenantId: string, id: string): Statement<Notification> =>
  sql<Notification>`${SELECT_NOTIFICATION} where tenant_id = ${tenantId} and id = ${id}`;
