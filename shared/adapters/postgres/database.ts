import pg from "pg";
import { type Database, DatabaseError, type RowsOf } from "#shared/database/database.ts";
import { type Company, type Statement, sql } from "#shared/database/sql.ts";
import { type Companions, travelTogether } from "#shared/database/travel-together.ts";
import { inOneWrite } from "./in-one-write.ts";
import { toRows } from "./rows.ts";
import { shareReads } from "./share-reads.ts";
import { failureOf, isConnectionState, isOutdatedPlan } from "./sql-state.ts";
import { createStatementNames } from "./statement-names.ts";

/** Items of a statement that stands for a company. */
const MOST_COMPANIONS = 200;
/** Statements of batches that share a commit. A batch of more than the second has its transaction to itself. */
const MOST_SHARED_STATEMENTS = 400;
const MOST_STATEMENTS_OF_ONE = 20;
/** While one group of batches is being written the next is sent, so that neither side waits for the other. */
const GROUPS_AT_ONCE = 2;
/** A group of batches waits no longer for a lock that somebody else holds, in ms; then each of them waits by itself. */
const LOCK_TIMEOUT: Statement = sql`set local lock_timeout = 50`;

/**
 * {@link Database} over node-postgres. A batch travels in one pipelined round trip; statements that may travel in company
 * (`inCompany`) and batches that may share a commit (`opensShared`) do, and so do readings. What is asked often is planned
 * once a connection.
 */
export function postgresDatabase(pool: pg.Pool): Database {
  const kinds = new Map<Company["join"], Companions<unknown, unknown>>();
  const names = createStatementNames();

  const toQuery = ({ text, values }: Statement) => ({
    name: names.of(text),
    text,
    values: values as unknown[],
    rowMode: "array" as const,
  });

  /** A plan from before a table was changed is refused before it has done anything. */
  async function unlessOutdated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isOutdatedPlan(error)) throw toDatabaseError(error);
    }
    names.renew();
    return await work().catch((error: unknown) => {
      throw toDatabaseError(error);
    });
  }

  const shareReading = shareReads(pool);
  const read = (statements: readonly Statement[]): Promise<unknown[][]> =>
    unlessOutdated(async () => (await shareReading(statements.map(toQuery))).map((result) => toRows(result)));

  const query = <Row>(statement: Statement<Row>): Promise<Row[]> =>
    unlessOutdated(async () => toRows<Row>(await pool.query(toQuery(statement))));

  const transaction = (statements: readonly Statement[]): Promise<unknown[][]> =>
    unlessOutdated(async () => {
      const client = await pool.connect();
      try {
        const results = await transact(client, statements.map(toQuery));
        client.release();
        return results.map((result) => toRows(result));
      } catch (error) {
        client.release(isBroken(error));
        throw error;
      }
    });

  /** Batches that come while others are being committed share the next transaction, one after the other in it. */
  const shared = travelTogether<readonly Statement[], readonly unknown[][]>({
    async write(batches) {
      const [only] = batches;
      if (only && batches.length === 1) return [await transaction(only)];
      const rows = (await transaction([LOCK_TIMEOUT, ...batches.flat()])).slice(1);
      return batches.map((statements) => rows.splice(0, statements.length));
    },
    mostSize: MOST_SHARED_STATEMENTS,
    sizeOf: (statements) => statements.length,
    groupsAtOnce: GROUPS_AT_ONCE,
  });

  function companionsOf(join: Company["join"]): Companions<unknown, unknown> {
    const known = kinds.get(join);
    if (known) return known;
    const companions = travelTogether<unknown>({ write: (items) => query(join(items)), mostSize: MOST_COMPANIONS });
    kinds.set(join, companions);
    return companions;
  }

  return {
    async query<Row>(statement: Statement<Row>) {
      const { company } = statement;
      if (isReading(statement)) return (await read([statement]))[0] as Row[]; // safe: of the only one
      if (!company) return await query(statement);
      await companionsOf(company.join).add(company.item);
      return [];
    },
    async batch<const Statements extends readonly Statement[]>(statements: Statements) {
      const [only] = statements;
      if (only && statements.length === 1) return [await query(only)] as RowsOf<Statements>; // safe: of the only one
      const run = statements.every(isReading) ? read : mayShare(statements) ? shared.add : transaction;
      return (await run(statements)) as RowsOf<Statements>; // safe: one result per statement, in order
    },
  };
}

/** Sends BEGIN, every statement and COMMIT without waiting between them; the first failure makes the rest fail too. */
async function transact(client: pg.PoolClient, queries: readonly pg.QueryConfig[]): Promise<pg.QueryArrayResult[]> {
  const sent = inOneWrite(client, () => [
    client.query("begin"),
    ...queries.map((query) => client.query(query)),
    client.query("commit"),
  ]);
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

const mayShare = (statements: readonly Statement[]): boolean =>
  statements[0]?.opensShared === true && statements.length <= MOST_STATEMENTS_OF_ONE;

/** It says what it reads, and changes nothing: there is nothing to commit. */
const isReading = ({ reads, touches, isEmitting, text }: Statement): boolean =>
  reads !== undefined && touches === undefined && !isEmitting && text.startsWith("select ");

const isBroken = (error: unknown): boolean => !(error instanceof pg.DatabaseError) || isConnectionState(error.code);

export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const failure = error instanceof pg.DatabaseError ? failureOf(error) : { kind: "unavailable" as const };
  return new DatabaseError(message, failure, { cause: error });
}
