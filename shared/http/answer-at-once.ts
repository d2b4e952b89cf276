import { knownPrincipal } from "#shared/accounts/authenticate.ts";
import { mayCall } from "#shared/accounts/principal.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { formatTraceparent } from "#shared/tracing/trace-context.ts";
import { admitAtOnce } from "./limit-request.ts";

/** A request as a host has it before it makes a `Request` of it. */
export interface Ask {
  readonly method: string;
  /** As the service sees it. */
  readonly pathAndQuery: string;
  /** The client's address, as far as the host knows it. */
  readonly address: string;
  /** @param name in lower case @returns those of one name joined by ", "; undefined when there is none */
  header(name: string): string | undefined;
}

/** An answer of status 200. */
export interface Answer {
  /** All of them, names in lower case and values in turn. */
  readonly headers: string[];
  readonly body: string;
  /** Of the body in UTF-8. */
  readonly bodyBytes: number;
}

/**
 * What a service may offer beside `fetch`, as a static member of its class: the answer where it needs nobody and no time.
 * Undefined: ask `fetch`.
 */
export type AnswerAtOnce = (ask: Ask, ctx: ExecutionContext) => Answer | undefined;

/** What a client may ask of a cache is for the long way to weigh. */
const ASKS_MORE = ["cache-control", "if-none-match", "range"] as const;

/**
 * The answer to a read whose caller, limits and answer are all at hand, without a turn of the event loop: the very one that
 * the route would give. Undefined when anything is to be found out, and whenever it would be a refusal.
 */
export const answerAtOnce: AnswerAtOnce = (ask, host) => {
  if (ask.method !== "GET") return undefined;
  const ctx = openContext(host);
  const principal = knownPrincipal(ctx, ask.header("authorization"));
  if (principal?.kind !== "user" && principal?.kind !== "key") return undefined;
  for (const name of ASKS_MORE) if (ask.header(name) !== undefined) return undefined;
  const { invocation } = ctx;
  const hit = ctx.caches.responses.find(invocation.functionName, principal, ask.pathAndQuery);
  if (hit?.status !== 200) return undefined;
  const { scope, rule } = hit.route;
  if (!mayCall(principal, scope)) return undefined;
  const limits = admitAtOnce(ctx, ask.address, principal, rule);
  if (!limits) return undefined;
  invocation.tenantId = principal.tenantId;
  const ids = ["x-request-id", invocation.id, "traceparent", formatTraceparent(invocation.trace)];
  const { body, bodyBytes } = hit;
  return { headers: hit.headerList.concat(limits, ids), body, bodyBytes };
};
