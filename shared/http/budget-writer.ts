import type { Context } from "hono";
import { actorOf, hasScope } from "#shared/accounts/principal.ts";
import type { BudgetWriter } from "#shared/costs/budgets/keep-budgets.ts";
import { fail } from "#shared/kernel/errors.ts";
import { consumerOf } from "./caller.ts";
import { costReaderOf } from "./cost-reader.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

/** The caller as the verbs of budgets take one. Throws a problem for who reads all costs but keeps none of them. */
export function budgetWriterOf(c: Context<EdgeEnv>): BudgetWriter {
  const principal = consumerOf(c);
  const reader = costReaderOf(c);
  if (reader.scope.kind === "platform" && !hasScope(principal, "finance:close")) {
    throw new ProblemError(fail("scope_missing", "The platform's budgets are set with the scope finance:close."));
  }
  return { ...reader, actor: actorOf(principal) };
}
