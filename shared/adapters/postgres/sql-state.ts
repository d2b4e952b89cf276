import type { DatabaseFailure } from "#shared/database/database.ts";

/** The fields of a PostgreSQL error that tell why it refused. */
export interface StateError {
  readonly code?: string | undefined;
  readonly constraint?: string | undefined;
  readonly message: string;
}

const CONNECTION_STATES = /^(08|57P0|53300)/;

/** True for a state that says the connection, not the statement, is at fault. */
export const isConnectionState = (code: string | undefined): boolean =>
  code !== undefined && CONNECTION_STATES.test(code);

/** What a SQLSTATE means to a verb (PostgreSQL, appendix A; RW001 is `rainwire_ensure`'s own). */
export function failureOf({ code, constraint = "", message }: StateError): DatabaseFailure {
  if (isConnectionState(code)) return { kind: "unavailable" };
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

/** True when a prepared statement was planned for tables that have been changed since, and so was not run. */
export const isOutdatedPlan = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "0A000" && /cached plan/.test(error.message);
