import type { Context } from "hono";
import type { UserPrincipal } from "#shared/accounts/principal.ts";
import type { EdgeEnv } from "#shared/http/edge.ts";
import { isFormToken } from "#shared/http/form-token.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { isOwnForm } from "./own-form.ts";

/** Who sent a form that changes something. Throws a problem unless a page of ours, shown to this session, made it. */
export async function senderOf(c: Context<EdgeEnv>, token: string): Promise<UserPrincipal> {
  const principal = c.get("principal");
  if (principal.kind !== "user") throw new ProblemError(fail("scope_missing", "A form needs the session of a person."));
  if (!isOwnForm(c) || !(await isFormToken(c.get("ctx").secret, principal.sessionId, token))) {
    throw new ProblemError(fail("scope_missing", "This form is not of a page shown to you. Open the page again."));
  }
  return principal;
}
