import type { Statement } from "./sql.ts";

/** The rows of each statement of a batch, in its order. */
export type RowsOf<Statements extends readonly Statement[]> = {
  -readonly [K in keyof Statements]: Statements[K] extends Statement<infer Row> ? Row[] : never;
};

/**
 * PostgreSQL as every host can offer it. Neon over HTTP has no interactive transactions, so a verb states its
 * writes as one batch; what must hold is stated beside them with {@link ensure}, which aborts the batch.
 *
 * Both methods throw {@link DatabaseError} and nothing else.
 */
export interface Database {
  query<Row>(statement: Statement<Row>): Promise<Row[]>;
  /** Runs the statements in order in one READ COMMITTED transaction: all of them take effect, or none does. */
  batch<const Statements extends readonly Statement[]>(statements: Statements): Promise<RowsOf<Statements>>;
}

/** Why the database refused. Anything unforeseen is `other`. */
export type DatabaseFailure =
  | { kind: "guard"; code: string } // an `ensure` did not hold
  | { kind: "unique"; constraint: string }
  | { kind: "foreign_key"; constraint: string }
  | { kind: "check"; constraint: string }
  | { kind: "serialization" } // deadlock or serialization failure: running the verb again may succeed
  | { kind: "unavailable" } // no connection, or it broke; a write may or may not have happened
  | { kind: "other"; sqlState: string | undefined };

export class DatabaseError extends Error {
  readonly failure: DatabaseFailure;

  constructor(message: string, failure: DatabaseFailure, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseError";
    this.failure = failure;
  }
}

/** True when `error` is a batch aborted by `ensure(…, code)`. */
export const isGuard = (error: unknown, code: string): boolean =>
  error instanceof DatabaseError && error.failure.kind === "guard" && error.failure.code === code;

/** True when `error` is a unique violation of the named constraint. */
export const isDuplicate = (error: unknown, constraint: string): boolean =>
  error instanceof DatabaseError && error.failure.kind === "unique" && error.failure.constraint === constraint;
