import { knownPrincipal } from "#shared/accounts/authenticate.ts";
import { mayCall } from "#shared/accounts/principal.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { formatTraceparent } from "#shared/tracing/trace-context.ts";
import { admitAtOnce } from "./limit-request.ts";
import { pathAndQueryOf } from "./serve-cached.ts";

/** What a client may ask of a cache is for the long way to weigh. */
const ASKS_MORE = ["cache-control", "if-none-match", "range"] as const;

/**
 * The answer to a read whose caller, limits and answer are all at hand, without a turn of the event loop: the very one that
 * the route would give. Undefined when anything is to be found out, and whenever it would be a refusal.
 */
export function answerAtOnce(request: Request, host: ExecutionContext): Response | undefined {
  if (request.method !== "GET") return undefined;
  const { headers, url } = request;
  const ctx = openContext(host);
  const principal = knownPrincipal(ctx, headers.get("authorization"));
  if (!principal || principal.kind === "instance" || principal.kind === "run") return undefined;
  for (const name of ASKS_MORE) if (headers.has(name)) return undefined;
  const { invocation } = ctx;
  const hit = ctx.caches.responses.find(invocation.functionName, principal, "GET", pathAndQueryOf(url));
  if (hit?.status !== 200) return undefined;
  const { route } = hit;
  if (!mayCall(principal, route.scope)) return undefined;
  const limits = admitAtOnce(ctx, request, principal, route.rule);
  if (!limits) return undefined;
  invocation.tenantId = principal.tenantId;
  return new Response(hit.body, {
    status: 200,
    headers: {
      ...hit.headers,
      ...limits,
      "x-request-id": invocation.id,
      traceparent: formatTraceparent(invocation.trace),
    },
  });
}
