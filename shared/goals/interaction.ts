import { type Statement, sql } from "#shared/database/sql.ts";
import type { INTERACTION_KINDS } from "./tables.ts";

export interface Interaction {
  id: string;
  userId: string;
  goalId: string | null;
  kind: (typeof INTERACTION_KINDS)[number];
  author: "user" | "assistant";
  content: string;
  /** 1 to 5. */
  rating: number | null;
  inReplyTo: string | null;
  version: number;
  createdAt: Date;
}

export const SELECT_INTERACTION: Statement<Interaction> = sql<Interaction>`select id, user_id, goal_id, kind, author,
  content, rating, in_reply_to, version, created_at from user_interactions`;

export const interactionOf = (tenantId: string, id: string): Statement<Interaction> =>
  sql<Interaction>`${SELECT_INTERACTION} where tenant_id = ${tenantId} and id = ${id}`;
