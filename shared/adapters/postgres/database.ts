import pg from "pg";
import { type Database, DatabaseError, type RowsOf } from "#shared/database/database.ts";
import type { Company, Statement } from "#shared/database/sql.ts";
import { type Companions, travelTogether } from "#shared/database/travel-together.ts";
import { toRows } from "./rows.ts";
import { failureOf, isConnectionState } from "./sql-state.ts";

/** Items of a statement that stands for a company. */
const MOST_COMPANIONS = 200;

/**
 * {@link Database} over node-postgres; a batch travels in one pipelined round trip, and statements that may travel in
 * company do (`inCompany`).
 */
export function postgresDatabase(pool: pg.Pool): Database {
  const kinds = new Map<Company["join"], Companions<unknown>>();

  async function query<Row>(statement: Statement<Row>): Promise<Row[]> {
    try {
      return toRows<Row>(await pool.query(toQuery(statement)));
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  function companionsOf(join: Company["join"]): Companions<unknown> {
    const known = kinds.get(join);
    if (known) return known;
    const companions = travelTogether<unknown>((items) => query(join(items)), MOST_COMPANIONS);
    kinds.set(join, companions);
    return companions;
  }

  return {
    async query<Row>(statement: Statement<Row>) {
      const { company } = statement;
      if (!company) return await query(statement);
      await companionsOf(company.join).add(company.item);
      return [];
    },
    async batch<const Statements extends readonly Statement[]>(statements: Statements) {
      const [only] = statements;
      if (only && statements.length === 1) return [await query(only)] as RowsOf<Statements>; // safe: of the only one
      const client = await pool.connect().catch((error: unknown) => {
        throw toDatabaseError(error);
      });
      try {
        const results = await transact(client, statements);
        client.release();
        return results.map((result) => toRows(result)) as RowsOf<Statements>; // safe: one result per statement, in order
      } catch (error) {
        const failure = toDatabaseError(error);
        client.release(failure.failure.kind === "unavailable");
        throw failure;
      }
    },
  };
}

/** Sends BEGIN, every statement and COMMIT without waiting between them; the first failure makes the rest fail too. */
async function transact(client: pg.PoolClient, statements: readonly Statement[]): Promise<pg.QueryArrayResult[]> {
  const sent = [
    client.query("begin"),
    ...statements.map((statement) => client.query(toQuery(statement))),
    client.query("commit"),
  ];
  const settled = await Promise.allSettled(sent);
  const failed = settled.find((result) => result.status === "rejected");
  if (failed) {
    // A COMMIT of a failed transaction rolls back by itself; this one is for a connection that lost its COMMIT.
    if (!isBroken(failed.reason)) await client.query("rollback");
    throw failed.reason;
  }
  const commit = settled.at(-1);
  if (commit?.status === "fulfilled" && (commit.value as pg.QueryResult).command !== "COMMIT") {
    throw new Error("the transaction was rolled back"); // safe cast above: a fulfilled query is a result
  }
  return settled.slice(1, -1).map((result) => (result as PromiseFulfilledResult<unknown>).value as pg.QueryArrayResult); // safe: none failed, rowMode array
}

const toQuery = (statement: Statement) => ({
  text: statement.text,
  values: statement.values as unknown[],
  rowMode: "array" as const,
});

const isBroken = (error: unknown): boolean => !(error instanceof pg.DatabaseError) || isConnectionState(error.code);

export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const failure = error instanceof pg.DatabaseError ? failureOf(error) : { kind: "unavailable" as const };
  return new DatabaseError(message, failure, { cause: error });
}
