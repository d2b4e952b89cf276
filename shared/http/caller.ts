import type { Context } from "hono";
import { actorOf, type KeyPrincipal, type Principal, type UserPrincipal } from "#shared/accounts/principal.ts";
import type { Cause } from "#shared/events/cause.ts";
import { fail } from "#shared/kernel/errors.ts";
import type { RunGrant } from "#shared/workflows/run-token.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

/** On whose behalf a verb acts: its tenant, its user and the cause of what it writes. */
export interface Caller {
  tenantId: string;
  /** An API key whose maker has left acts as itself. */
  userId: string;
  cause: Cause;
}

/** Who calls a route for consumers: a user or an API key. */
export function consumerOf(c: Context<EdgeEnv>): UserPrincipal | KeyPrincipal {
  const principal = c.get("principal");
  if (principal.kind === "user" || principal.kind === "key") return principal;
  throw wrongKind("a session, a token of a user or an API key");
}

/** The caller of a route for consumers, as verbs want it. */
export function callerOf(c: Context<EdgeEnv>): Caller {
  const principal = consumerOf(c);
  const userId = principal.kind === "user" ? principal.userId : (principal.userId ?? principal.keyId);
  return { tenantId: principal.tenantId, userId, cause: c.get("ctx").causedBy(actorOf(principal)) };
}

/** The workflow run that calls a route of `hooks`, and the cause of what it writes. */
export function runOf(c: Context<EdgeEnv>): RunGrant & { cause: Cause } {
  const principal: Principal = c.get("principal");
  if (principal.kind !== "run") throw wrongKind("the token of a workflow run");
  const cause = c.get("ctx").causedBy(actorOf(principal));
  return { ...principal, cause: { ...cause, executionId: principal.executionId, hop: principal.hop } };
}

const wrongKind = (what: string): ProblemError =>
  new ProblemError(fail("scope_missing", `This operation needs ${what}.`));
