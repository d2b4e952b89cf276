import type { Database } from "#shared/database/database.ts";
import { guarded } from "#shared/database/guarded.ts";
import type { Statement } from "#shared/database/sql.ts";
import { type IdempotencyKey, writeOnce } from "#shared/database/write-once.ts";
import { actingAs, type Cause } from "#shared/events/cause.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";

/** In whose name something is written. */
export interface Actor {
  tenantId: string;
  cause: Cause;
  /** What must hold in the batch for its writes to count; see `runActor`. */
  guards?: readonly Statement[];
}

/** An actor who has things of their own. */
export interface Caller extends Actor {
  userId: string;
}

/** Runs a verb's writes as one batch in the actor's name, and gives the rows that `read` finds in it afterwards. */
export const writeAs = <Row>(
  db: Database,
  { cause, guards = [] }: Actor,
  writes: readonly Statement[],
  read: Statement<Row>,
): Promise<Row[] | Failure> =>
  guarded(async () => {
    const results = await db.batch([actingAs(cause), ...guards, ...writes, read]);
    return results.at(-1) as Row[]; // safe: `read` is the batch's last statement
  });

/** Like {@link writeAs} under an Idempotency-Key: `read` finds what the key's first request made. */
export async function createAs<Row>(
  db: Database,
  actor: Actor,
  idempotency: IdempotencyKey | undefined,
  id: string,
  writes: readonly Statement[],
  read: (id: string) => Statement<Row>,
): Promise<Row | Failure> {
  const written = await writeOnceAs(db, actor, idempotency, id, writes);
  return isFailure(written) ? written : firstOf(await db.query(read(written.resourceId)));
}

/** Runs a verb's writes under an Idempotency-Key as one batch in the actor's name, unless the key's first request has. */
export const writeOnceAs = (
  db: Database,
  { tenantId, cause, guards = [] }: Actor,
  idempotency: IdempotencyKey | undefined,
  id: string,
  writes: readonly Statement[],
): Promise<{ resourceId: string; isRepeated: boolean } | Failure> =>
  guarded(() =>
    writeOnce(db, tenantId, idempotency, id, async (keyRow) => {
      await db.batch([actingAs(cause), ...guards, ...keyRow, ...writes]);
    }),
  );

/** The first row, else `not_found`. */
export function firstOf<Row>(rows: readonly Row[] | Failure): Row | Failure {
  if (isFailure(rows)) return rows;
  return rows[0] ?? fail("not_found");
}
