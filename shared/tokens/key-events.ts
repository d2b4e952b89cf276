import { json, type Statement, sql } from "#shared/database/sql.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { RotationStep } from "./key-steps.ts";

/** The tenant of events and runs that are the platform's own. */
export const PLATFORM_TENANT = "platform";

/** What the platform does by its own deadlines. */
export const SYSTEM_CAUSE: Cause = { actor: "system:rotate-signing-keys", traceparent: "" };

/** By the clock: a key has no version of its own, and its events must keep their order. */
const VERSION: Statement = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Tells `tokens.rotated` for each row of the statement's CTE `hit`. */
export const emitRotation = (step: RotationStep, previousKeyId: Statement, cause: Cause): Statement => sql`
  select rainwire_emit(uuidv7(), ${PLATFORM_TENANT}, 'tokens.rotated', 'signing-keys/' || hit.id, ${VERSION},
    jsonb_build_object('keyId', hit.id, 'step', ${step}::text, 'previousKeyId', ${previousKeyId}), ${json(cause)})
  from hit`;

export interface DueTold {
  readonly step: RotationStep;
  readonly reason: "deadline" | "requested";
  readonly deadlineAtMs: number | null; // null: nothing happens without an approval
  readonly requestedBy: string | null;
  readonly note: string | null;
}

/** Tells `tokens.rotation_due` for each row of the statement's CTE `hit`. */
export const emitDue = ({ deadlineAtMs, ...told }: DueTold, cause: Cause): Statement => {
  const data = { ...told, deadlineAt: deadlineAtMs === null ? null : new Date(deadlineAtMs).toISOString() };
  return sql`
    select rainwire_emit(uuidv7(), ${PLATFORM_TENANT}, 'tokens.rotation_due', 'signing-keys/' || hit.id, ${VERSION},
      jsonb_build_object('keyId', hit.id) || ${json(data)}, ${json(cause)})
    from hit`;
};
