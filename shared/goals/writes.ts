import { type Statement, sql } from "#shared/database/sql.ts";
import { rowTag, tableTag, touching } from "#shared/database/tags.ts";
import type { GOAL_STATUSES, INTERACTION_KINDS, JOURNEY_PHASES, MILESTONE_STATUSES } from "./tables.ts";

/** The statements of the domain, to be run in a batch that begins with `actingAs`: row triggers write the events. */

export interface NewGoal {
  id: string;
  tenantId: string;
  userId: string;
  title: string;
  description?: string | undefined;
  targetDate?: string | undefined;
}

export const insertGoal = (goal: NewGoal): Statement =>
  touching(
    sql`insert into user_goals (id, tenant_id, user_id, title, description, target_date)
    values (${goal.id}, ${goal.tenantId}, ${goal.userId}, ${goal.title}, ${goal.description ?? ""}, ${goal.targetDate ?? null})`,
    tableTag("goals", goal.tenantId),
    rowTag("goals", goal.tenantId, goal.id),
  );

export interface GoalChange {
  title?: string | undefined;
  description?: string | undefined;
  /** null removes the date. */
  targetDate?: string | null | undefined;
  status?: (typeof GOAL_STATUSES)[number] | undefined;
  phase?: (typeof JOURNEY_PHASES)[number] | undefined;
  progressPercent?: number | undefined;
  validation?: unknown;
}

/** Changes what is named; one row, or none when the goal is not the tenant's or not at `version`. */
export const updateGoal = (tenantId: string, goalId: string, change: GoalChange, version?: number): Statement =>
  touching(
    sql`update user_goals set
      title = coalesce(${change.title ?? null}, title),
      description = coalesce(${change.description ?? null}, description),
      target_date = case when ${change.targetDate !== undefined} then ${change.targetDate ?? null}::date else target_date end,
      status = coalesce(${change.status ?? null}, status),
      phase = coalesce(${change.phase ?? null}, phase),
      progress_percent = coalesce(${change.progressPercent ?? null}::int, progress_percent),
      validation = coalesce(${change.validation === undefined ? null : JSON.stringify(change.validation)}::jsonb, validation)
    where tenant_id = ${tenantId} and id = ${goalId} and ${isVersion(version)}`,
    rowTag("goals", tenantId, goalId),
    // Lists choose by these; the rest of a row leaves them as they are.
    ...(change.status === undefined && change.phase === undefined ? [] : [tableTag("goals", tenantId)]),
  );

/** The goal goes, and with it all that belongs to it. */
export const removeGoal = (tenantId: string, goalId: string, version?: number): Statement =>
  touching(
    sql`delete from user_goals where tenant_id = ${tenantId} and id = ${goalId} and ${isVersion(version)}`,
    tableTag("goals", tenantId),
    rowTag("goals", tenantId, goalId),
    rowTag("milestones", tenantId, goalId),
    tableTag("interactions", tenantId),
  );

/** True for every row where no version is named. */
export const isVersion = (version: number | undefined): Statement =>
  version === undefined ? sql`true` : sql`version = ${version}`;

export interface NewMilestone {
  id: string;
  tenantId: string;
  goalId: string;
  title: string;
  /** Default: after the last one. */
  position?: number | undefined;
  dueDate?: string | undefined;
}

/** A second insert of the same id changes nothing. */
export const insertMilestone = (milestone: NewMilestone): Statement =>
  touching(
    sql`insert into milestones (id, tenant_id, goal_id, title, position, due_date)
    values (${milestone.id}, ${milestone.tenantId}, ${milestone.goalId}, ${milestone.title},
      coalesce(${milestone.position ?? null}::int, (select coalesce(max(position), 0) + 1 from milestones
        where tenant_id = ${milestone.tenantId} and goal_id = ${milestone.goalId})),
      ${milestone.dueDate ?? null})
    on conflict (id) do nothing`,
    rowTag("milestones", milestone.tenantId, milestone.goalId),
  );

export interface MilestoneChange {
  title?: string | undefined;
  position?: number | undefined;
  status?: (typeof MILESTONE_STATUSES)[number] | undefined;
  dueDate?: string | null | undefined;
}

export const updateMilestone = (
  tenantId: string,
  goalId: string,
  milestoneId: string,
  change: MilestoneChange,
  version?: number,
): Statement =>
  touching(
    sql`update milestones set
      title = coalesce(${change.title ?? null}, title),
      position = coalesce(${change.position ?? null}::int, position),
      status = coalesce(${change.status ?? null}, status),
      due_date = case when ${change.dueDate !== undefined} then ${change.dueDate ?? null}::date else due_date end
    where tenant_id = ${tenantId} and goal_id = ${goalId} and id = ${milestoneId} and ${isVersion(version)}`,
    rowTag("milestones", tenantId, goalId),
  );

export const removeMilestone = (tenantId: string, goalId: string, milestoneId: string, version?: number): Statement =>
  touching(
    sql`delete from milestones
    where tenant_id = ${tenantId} and goal_id = ${goalId} and id = ${milestoneId} and ${isVersion(version)}`,
    rowTag("milestones", tenantId, goalId),
  );

export interface NewInteraction {
  id: string;
  tenantId: string;
  userId: string;
  goalId?: string | null | undefined;
  kind: (typeof INTERACTION_KINDS)[number];
  author: "user" | "assistant";
  content: string;
  /** 1 to 5. */
  rating?: number | undefined;
  inReplyTo?: string | undefined;
}

/** A second insert of the same id changes nothing. */
export const insertInteraction = (interaction: NewInteraction): Statement =>
  touching(
    sql`insert into user_interactions (id, tenant_id, user_id, goal_id, kind, author, content, rating, in_reply_to)
    values (${interaction.id}, ${interaction.tenantId}, ${interaction.userId}, ${interaction.goalId ?? null},
      ${interaction.kind}, ${interaction.author}, ${interaction.content}, ${interaction.rating ?? null},
      ${interaction.inReplyTo ?? null})
    on conflict (id) do nothing`,
    tableTag("interactions", interaction.tenantId),
  );

export interface NewNotification {
  id: string;
  tenantId: string;
  userId: string;
  goalId?: string | null | undefined;
  title: string;
  body: string;
}

/** A notification is requested here and delivered by `deliverNotification`. */
export const insertNotification = (notification: NewNotification): Statement =>
  sql`insert into notifications (id, tenant_id, user_id, goal_id, title, body, status, channels)
    values (${notification.id}, ${notification.tenantId}, ${notification.userId}, ${notification.goalId ?? null},
      ${notification.title}, ${notification.body}, 'requested', '[]')
    on conflict (id) do nothing`;
