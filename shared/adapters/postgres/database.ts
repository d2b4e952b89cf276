import pg from "pg";
import { type Database, DatabaseError, type DatabaseFailure, type RowsOf } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";

/** {@link Database} over node-postgres; a batch travels in one pipelined round trip. */
export function postgresDatabase(pool: pg.Pool): Database {
  return {
    async query<Row>(statement: Statement<Row>) {
      try {
        return toRows<Row>(await pool.query(toQuery(statement)));
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    async batch<const Statements extends readonly Statement[]>(statements: Statements) {
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

const columnNames = new Map<string, string>();

function camelCase(column: string): string {
  const known = columnNames.get(column);
  if (known !== undefined) return known;
  const name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (columnNames.size < 5000) columnNames.set(column, name);
  return name;
}

function toRows<Row>(result: pg.QueryArrayResult): Row[] {
  const names = result.fields.map((field) => camelCase(field.name));
  return result.rows.map((values: unknown[]) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i]; // safe: i < names.length
    return row as Row; // safe: the statement's author states its row
  });
}

const CONNECTION_STATES = /^(08|57P0|53300)/;

const isBroken = (error: unknown): boolean => {
  if (!(error instanceof pg.DatabaseError)) return true;
  return error.code !== undefined && CONNECTION_STATES.test(error.code);
};

export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DatabaseError(message, toFailure(error), { cause: error });
}

function toFailure(error: unknown): DatabaseFailure {
  if (isBroken(error)) return { kind: "unavailable" };
  const { code, constraint = "", message } = error as pg.DatabaseError; // safe: isBroken is true for anything else
  switch (code) {
    case "RW001":
      return { kind: "guard", code: message };
    case "23505":
      return { kind: "unique", constraint };
    case "23503":
      return { kind: "foreign_key", constraint };
    case "23514":
    case "23502":
      return { kind: "check", constraint };
    case "40001":
    case "40P01":
      return { kind: "serialization" };
    default:
      return { kind: "other", sqlState: code };
  }
}
