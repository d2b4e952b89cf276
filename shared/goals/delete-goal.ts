import type { Database } from "#shared/database/database.ts";
import { mustHit } from "#shared/database/ensure.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { goalExists } from "./goal.ts";
import { type Actor, writeAs } from "./write-as.ts";
import { isVersion } from "./writes.ts";

/** Deletes a goal with its milestones and interactions; each leaves its own `….deleted` event. */
export async function deleteGoal(
  { db }: { readonly db: Database },
  actor: Actor,
  id: string,
  version?: number,
): Promise<undefined | Failure> {
  const { tenantId } = actor;
  const remove = sql`delete from user_goals where tenant_id = ${tenantId} and id = ${id} and ${isVersion(version)}`;
  const deleted = await writeAs(db, actor, [goalExists(tenantId, id)], mustHit("precondition_failed", remove));
  return isFailure(deleted) ? deleted : undefined;
}
