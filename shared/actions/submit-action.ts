import { type Database, DatabaseError, isGuard } from "#shared/database/database.ts";
import { ensure, mustHit } from "#shared/database/ensure.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";
import { type IdempotencyKey, writeOnce } from "#shared/database/write-once.ts";
import { actingAs, type Cause } from "#shared/events/cause.ts";
import { emit } from "#shared/events/emit.ts";
import {
  insertGoal,
  insertInteraction,
  insertMilestone,
  insertNotification,
  updateGoal,
  updateMilestone,
} from "#shared/goals/writes.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { ACTION_NAMES, ACTIONS, type ActionData, type ActionName, isActionName } from "./catalog.ts";

export interface ActionsContext {
  readonly db: Database;
  readonly clock: Clock;
}

/** On whose behalf. */
export interface Caller {
  tenantId: string;
  userId: string;
  cause: Cause;
}

export interface ActionInput {
  action: string;
  data: unknown;
  context: Record<string, unknown>;
}

export interface Submitted {
  executionId: string;
  /** The Idempotency-Key stood for this request already: nothing new was written. */
  isRepeated: boolean;
}

/**
 * Takes an action: in one batch the idempotency row, what the action changes by itself, the execution (`pending`) and
 * the event that drives its workflow. Fails with `unknown_action`, `invalid_request`, `not_found` (a goal that is not
 * the tenant's) or `idempotency_key_reused`; then nothing is written.
 */
export async function submitAction(
  ctx: ActionsContext,
  caller: Caller,
  input: ActionInput,
  idempotency?: IdempotencyKey,
): Promise<Submitted | Failure> {
  const { action } = input;
  if (!isActionName(action)) return fail("unknown_action", `“${action}” is none of ${ACTION_NAMES.join(", ")}.`);
  const data = ACTIONS[action].safeParse(input.data);
  if (!data.success) {
    return fail(
      "invalid_request",
      `The data of ${action} is not valid.`,
      data.error.issues.map(({ path, message }) => ({ pointer: `/${["data", ...path].join("/")}`, detail: message })),
    );
  }
  const executionId = uuidv7(ctx.clock());
  const effect = effectOf({ action, data: data.data } as ActionOf, caller, executionId); // safe: parsed by its own schema
  const payload = { action, ...effect.payload, context: input.context };
  try {
    const written = await writeOnce(ctx.db, caller.tenantId, idempotency, executionId, async (keyRow) => {
      await ctx.db.batch([
        actingAs({ ...caller.cause, executionId }),
        ...keyRow,
        ...effect.statements,
        sql`insert into workflow_executions (id, tenant_id, trigger_type, trigger, event_id, actor, payload, subject, traceparent, hop)
          values (${executionId}, ${caller.tenantId}, 'action', ${action}, ${effect.eventId}, ${caller.cause.actor},
            ${json(payload)}, ${effect.subject}, ${caller.cause.traceparent}, ${caller.cause.hop ?? 0})`,
        emit({
          id: effect.eventId,
          name: "action.requested",
          tenantId: caller.tenantId,
          subject: `executions/${executionId}`,
          subjectVersion: 1,
          data: { action, input: effect.payload, context: input.context },
          cause: { ...caller.cause, executionId },
        }),
      ]);
    });
    return isFailure(written) ? written : { executionId: written.resourceId, isRepeated: written.isRepeated };
  } catch (error) {
    if (isGuard(error, "not_found") || isMissingReference(error))
      return fail("not_found", "The goal or milestone is not there.");
    throw error;
  }
}

const isMissingReference = (error: unknown): boolean =>
  error instanceof DatabaseError && error.failure.kind === "foreign_key";

type ActionOf = { [Name in ActionName]: { action: Name; data: ActionData<Name> } }[ActionName];

interface Effect {
  eventId: string;
  /** What the execution is about. */
  subject: string | null;
  /** What the workflow is given: the data, and the ids of what was made. */
  payload: Record<string, unknown>;
  statements: Statement[];
}

/** What an action changes before its workflow is asked: the facts that the consumer stated itself. */
function effectOf(request: ActionOf, { tenantId, userId }: Caller, executionId: string): Effect {
  const made = (): string => uuidv7();
  const eventId = made();
  const effect = (goalId: string | undefined, payload: object, ...statements: Statement[]): Effect => ({
    eventId,
    subject: goalId === undefined ? null : `goals/${goalId}`,
    payload: { userId, ...payload },
    statements: goalId === undefined ? statements : [goalExists(tenantId, goalId), ...statements],
  });
  switch (request.action) {
    case "goal.create": {
      const goalId = made();
      return {
        ...effect(
          undefined,
          { goalId, ...request.data },
          insertGoal({ id: goalId, tenantId, userId, ...request.data }),
        ),
        subject: `goals/${goalId}`,
      };
    }
    case "goal.update": {
      const { goalId, ...change } = request.data;
      return effect(goalId, request.data, mustHit("not_found", updateGoal(tenantId, goalId, change)));
    }
    case "milestone.create": {
      const milestoneId = made();
      const milestone = insertMilestone({ id: milestoneId, tenantId, ...request.data });
      return effect(request.data.goalId, { milestoneId, ...request.data }, milestone);
    }
    case "task.execute": {
      const { goalId, milestoneId, status = "in_progress" } = request.data;
      const writes = milestoneId
        ? [mustHit("not_found", updateMilestone(tenantId, goalId, milestoneId, { status }))]
        : [];
      return effect(goalId, request.data, ...writes);
    }
    case "feedback.analyze": {
      const { goalId, content, rating } = request.data;
      if (content === undefined) return effect(goalId, request.data);
      const interactionId = made();
      return effect(
        goalId,
        { interactionId, ...request.data },
        insertInteraction({
          id: interactionId,
          tenantId,
          userId,
          goalId,
          kind: "feedback",
          author: "user",
          content,
          rating,
        }),
      );
    }
    case "chat.process": {
      const { goalId, message } = request.data;
      const interactionId = made();
      const said = {
        id: interactionId,
        tenantId,
        userId,
        goalId,
        kind: "chat",
        author: "user",
        content: message,
      } as const;
      return effect(goalId, { interactionId, ...request.data }, insertInteraction(said));
    }
    case "notification.send": {
      const { goalId, title, body, userId: to = userId } = request.data;
      const notificationId = executionId;
      return effect(
        goalId,
        { notificationId, ...request.data },
        insertNotification({ id: notificationId, tenantId, userId: to, goalId, title, body }),
      );
    }
    case "service.activate":
      return effect(undefined, request.data);
    case "progress.review":
    case "goal.validate":
    case "milestone.check":
      return effect(request.data.goalId, request.data);
  }
}

const goalExists = (tenantId: string, goalId: string): Statement =>
  ensure("not_found", sql`exists (select from user_goals where tenant_id = ${tenantId} and id = ${goalId})`);
