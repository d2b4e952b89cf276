import { ERRORS, type ErrorCode, type Failure, fail } from "#shared/kernel/errors.ts";
import { DatabaseError } from "./database.ts";

const MOST_RUNS = 3;

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/**
 * Runs a verb's batch. A guard that names an error code comes back as that failure, a reference to a row that is not
 * there as `not_found`; a deadlock or serialization failure runs the work again. Throws everything else.
 */
export async function guarded<T>(work: () => Promise<T>): Promise<T | Failure> {
  for (let run = 1; ; run++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const { failure } = error;
      if (failure.kind === "serialization" && run < MOST_RUNS) continue;
      if (failure.kind === "foreign_key") return fail("not_found");
      if (failure.kind === "guard" && isErrorCode(failure.code)) return fail(failure.code);
      throw error;
    }
  }
}
