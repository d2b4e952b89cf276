import { isAPIError } from "better-auth/api";
import { DatabaseError } from "#shared/database/database.ts";

/** better-auth or its database failed. Says how, without the text of the statement: its values are tokens and hashes. */
export class AccountsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AccountsError";
  }
}

/** The same failure, safe to log. */
export function toAccountsError(error: unknown): AccountsError | DatabaseError {
  if (error instanceof AccountsError || error instanceof DatabaseError) return error;
  if (isAPIError(error)) return new AccountsError(`better-auth refused: ${error.body?.code ?? error.status}.`);
  if (!(error instanceof Error)) return new AccountsError("better-auth failed.");
  const code = errorCode(error.cause) ?? errorCode(error);
  return new AccountsError(`better-auth failed: ${code ?? error.name}.`);
}

/** PostgreSQL's SQLSTATE or the system's, such as ECONNREFUSED. */
function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
