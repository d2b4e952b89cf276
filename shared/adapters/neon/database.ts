import { type FullQueryResults, type NeonQueryFunction, neon, types } from "@neondatabase/serverless";
import { toRows } from "#shared/adapters/postgres/rows.ts";
import { failureOf } from "#shared/adapters/postgres/sql-state.ts";
import { type Database, DatabaseError, type RowsOf } from "#shared/database/database.ts";
import type { Statement } from "#shared/database/sql.ts";

type Results = FullQueryResults<true>;
/** Neon's HTTP client in the mode that {@link neonDatabase} reads. */
export type NeonClient = NeonQueryFunction<true, true>;

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

/** Taken before drizzle, which makes the driver's own parsers give text for the whole isolate. */
const toInstant: (text: string) => Date = types.getTypeParser(TIMESTAMPTZ);

/** The same values as node-postgres gives on Node (shared/adapters/postgres/pool.ts). */
const valueTypes = {
  getTypeParser(id: number, format?: "text" | "binary") {
    if (id === INT8) return Number; // our versions, counts and sequences stay below 2^53
    if (id === DATE) return (text: string) => text; // a day, not an instant
    if (id === TIMESTAMPTZ) return toInstant;
    return types.getTypeParser(id, format);
  },
};

/** One HTTP request a query or a batch; no connection is kept. */
export const createNeonClient = (connectionString: string): NeonClient =>
  neon(connectionString, { fullResults: true, arrayMode: true });

/** {@link Database} over Neon's HTTP protocol; a batch is one request and one READ COMMITTED transaction. */
export function neonDatabase(client: NeonClient): Database {
  const ask = ({ text, values }: Statement) => client.query(text, [...values], { types: valueTypes });
  return {
    async query<Row>(statement: Statement<Row>) {
      try {
        return toRows<Row>(resultOf(await ask(statement)));
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    async batch<const Statements extends readonly Statement[]>(statements: Statements) {
      try {
        const results = await client.transaction(statements.map(ask), { isolationLevel: "ReadCommitted" });
        return results.map((result) => toRows(resultOf(result))) as RowsOf<Statements>; // safe: one result per statement, in order
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

const resultOf = (result: unknown): Results => result as Results; // safe: createNeonClient asks for full results in array mode

function toDatabaseError(error: unknown): DatabaseError {
  const message = error instanceof Error ? error.message : String(error);
  // Without a SQLSTATE the request never reached PostgreSQL, or its answer never reached us.
  const { code, constraint } = error as { code?: string; constraint?: string }; // safe: both are checked below
  const failure =
    typeof code === "string" ? failureOf({ code, constraint, message }) : { kind: "unavailable" as const };
  return new DatabaseError(message, failure, { cause: error });
}
