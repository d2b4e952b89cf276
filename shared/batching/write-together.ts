import { DatabaseError } from "#shared/database/database.ts";

/** Data exceptions and violated constraints: the rows are at fault, and would be the next time too. */
const OF_THE_ROWS = /^2[23]/;

const isRefusal = (error: unknown): error is DatabaseError => {
  if (!(error instanceof DatabaseError)) return false;
  const { failure } = error;
  if (failure.kind === "other") return OF_THE_ROWS.test(failure.sqlState ?? "");
  return failure.kind !== "unavailable" && failure.kind !== "serialization";
};

const MOST_RUNS = 3;

/**
 * Writes rows many at a time and in order. A group that the database refuses is parted in halves until what it refuses
 * stands alone, so that one bad row among n costs about 2 log n statements and nobody else's write.
 * @param write all of the rows in one transaction, or none
 * @param lineOf rows of a line come one after the other: behind a refused one none of its line is written now
 * @returns the rows refused, each with the reason
 * @throws DatabaseError when the database is away; what was written until then stays
 */
export async function writeTogether<Row>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<unknown>,
  lineOf: (row: Row) => string | undefined = () => undefined,
): Promise<ReadonlyMap<Row, DatabaseError>> {
  const refused = new Map<Row, DatabaseError>();
  const stopped = new Set<string | undefined>();

  async function attempt(asked: readonly Row[]): Promise<void> {
    const group = asked.filter((row) => !stopped.has(lineOf(row)));
    const [first] = group;
    if (first === undefined) return;
    const error = await refusalOf(() => write(group));
    if (!error) return;
    if (group.length === 1) {
      refused.set(first, error);
      if (lineOf(first) !== undefined) stopped.add(lineOf(first));
      return;
    }
    const middle = Math.ceil(group.length / 2);
    await attempt(group.slice(0, middle));
    await attempt(group.slice(middle));
  }

  await attempt(rows);
  return refused;
}

async function refusalOf(work: () => Promise<unknown>): Promise<DatabaseError | undefined> {
  for (let run = 1; ; run++) {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (isRefusal(error)) return error;
      const isClash = error instanceof DatabaseError && error.failure.kind === "serialization";
      if (!isClash || run === MOST_RUNS) throw error;
    }
  }
}
