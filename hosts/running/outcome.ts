import type { Outcome } from "#shared/costs/invocation.ts";

/** How an invocation went that ended in an HTTP answer. */
export const outcomeOf = (status: number): Outcome => (status >= 500 ? "error" : status >= 400 ? "client_error" : "ok");
