import { createRoute as createOpenApiRoute, type OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { Principal } from "#shared/accounts/principal.ts";
import { type RequiredScope, SCOPES } from "#shared/accounts/scopes.ts";
import type { CachePolicy } from "#shared/caching/cache-policy.ts";
import type { ErrorCode } from "#shared/kernel/errors.ts";
import { type RouteLimit, routeRule } from "#shared/limits/policies.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";
import { showAddressLimit } from "./limit-request.ts";
import { problemResponses } from "./problem.ts";
import { requireForm, requireJson } from "./require-media-type.ts";
import { requireScope } from "./require-scope.ts";
import { type Answering, serveCached } from "./serve-cached.ts";

/** What every handler of an edge may reach. */
export interface EdgeEnv {
  Variables: {
    requestId: string;
    ctx: RainwireContext;
    /** Set on every route but the public ones. */
    principal: Principal;
    /** Set while a cached route makes its answer. */
    answering?: Answering;
  };
}

export type Edge = OpenAPIHono<EdgeEnv>;

type Declared<P extends string> = Omit<RouteConfig, "path" | "middleware" | "security"> & { path: P };

export interface Access {
  operationId: string;
  summary: string;
  /** The scope that the caller must hold; `public`, or that any credential does (`signed_in`), is said, never assumed. */
  scope: RequiredScope;
  /** Failures of this operation's own, beside those that any operation has. */
  problems?: readonly ErrorCode[];
  /** What a request takes of its caller's quotas, and more. Default: one unit, counted here while Redis is away. */
  limit?: RouteLimit;
  /** How its answers are kept. Only for what `sendJson` answers. */
  cache?: CachePolicy;
  /** Its answer is for everybody's caches, and sent with `sendPublic`. It shows no limits: they would be another caller's. */
  isForAllCaches?: true;
}

/** What a form of a page sends. */
export const FORM = "application/x-www-form-urlencoded";

const ALWAYS: readonly ErrorCode[] = ["rate_limited", "blocked", "internal"];
const WHEN_SCOPED: readonly ErrorCode[] = ["unauthenticated", "credential_expired", "scope_missing", "tenant_missing"];
const WHEN_INPUT: readonly ErrorCode[] = ["invalid_request"];
const WHEN_CACHED: readonly ErrorCode[] = ["not_cached"];
const WHEN_BODY: readonly ErrorCode[] = ["malformed_json", "body_too_large", "media_type_unsupported"];

const showLimit: MiddlewareHandler<EdgeEnv> = (c, next) => {
  showAddressLimit(c);
  return next();
};

function needOf(scope: RequiredScope): string | undefined {
  if (scope === "public") return undefined;
  return scope === "signed_in" ? "Any credential will do." : `Needs the scope \`${scope}\`: ${SCOPES[scope]}`;
}

/**
 * Declares an operation: its path and shapes, the scope it needs, its limit and the problems it may answer with. OpenAPI, the
 * check of the scope and `/docs` all come from this.
 */
export function defineRoute<const P extends string, const R extends Declared<P> & Access>(route: R & { path: P }) {
  const { scope, problems = [], limit, cache, isForAllCaches = false, ...config } = route;
  const rule = routeRule(route.operationId, limit);
  const cached = cache && serveCached({ operationId: route.operationId, scope, policy: cache, rule });
  const codes = new Set([
    ...problems,
    ...(scope === "public" ? [] : WHEN_SCOPED),
    ...(config.request ? WHEN_INPUT : []),
    ...(config.request?.body ? WHEN_BODY : []),
    ...(rule.whenAway === "closed" ? (["limits_unavailable"] as const) : []),
    ...(cache ? WHEN_CACHED : []),
    ...ALWAYS,
  ]);
  const declared = {
    ...config,
    "x-required-scope": scope,
    "x-rate-limit": { cost: rule.cost, whenAway: rule.whenAway },
    ...(cache && { "x-cache": cache }),
    security: scope === "public" ? [] : [{ bearer: [] }, { apiKey: [] }, { session: [] }],
    description: [config.description, needOf(scope)].filter(Boolean).join("\n\n"),
    middleware: [
      ...(scope !== "public" ? [requireScope(scope, rule)] : isForAllCaches ? [] : [showLimit]),
      ...(cached ? [cached] : []),
      ...(config.request?.body ? [FORM in config.request.body.content ? requireForm : requireJson] : []),
    ],
    responses: {
      ...problemResponses([...codes]),
      ...((cache || isForAllCaches) && { 304: { description: "As the `ETag` in `If-None-Match` names it." } }),
      ...config.responses,
    },
  };
  return createOpenApiRoute<P, R>(declared as unknown as R); // safe: only adds to what the route declares
}
