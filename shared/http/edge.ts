import { type OpenAPIHono, type RouteConfig, createRoute as createOpenApiRoute } from "@hono/zod-openapi";
import type { Principal } from "#shared/accounts/principal.ts";
import { SCOPES, type Scope } from "#shared/accounts/scopes.ts";
import type { ErrorCode } from "#shared/kernel/errors.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";
import { requireScope } from "./require-scope.ts";
import { problemResponses } from "./problem.ts";

/** What every handler of an edge may reach. */
export interface EdgeEnv {
  Variables: {
    requestId: string;
    ctx: RainwireContext;
    /** Set on every route but the public ones. */
    principal: Principal;
  };
}

export type Edge = OpenAPIHono<EdgeEnv>;

type Declared<P extends string> = Omit<RouteConfig, "path" | "middleware" | "security"> & { path: P };

export interface Access {
  operationId: string;
  summary: string;
  /** The scope that the caller must hold; `public` is said, never assumed. */
  scope: Scope | "public";
  /** Failures of this operation's own, beside those that any operation has. */
  problems?: readonly ErrorCode[];
}

const ALWAYS: readonly ErrorCode[] = ["internal"];
const WHEN_SCOPED: readonly ErrorCode[] = ["unauthenticated", "credential_expired", "scope_missing", "tenant_missing"];
const WHEN_INPUT: readonly ErrorCode[] = ["invalid_request"];
const WHEN_BODY: readonly ErrorCode[] = ["malformed_json", "body_too_large", "media_type_unsupported"];

/**
 * Declares an operation: its path and shapes, the scope it needs and the problems it may answer with. OpenAPI, the
 * check of the scope and `/docs` all come from this.
 */
export function defineRoute<P extends string, const R extends Declared<P> & Access>(route: R) {
  const { scope, problems = [], ...config } = route;
  const codes = new Set([
    ...problems,
    ...(scope === "public" ? [] : WHEN_SCOPED),
    ...(config.request ? WHEN_INPUT : []),
    ...(config.request?.body ? WHEN_BODY : []),
    ...ALWAYS,
  ]);
  return createOpenApiRoute({
    ...config,
    ...(scope === "public" ? { security: [] } : { security: [{ bearer: [] }, { apiKey: [] }, { session: [] }] }),
    "x-required-scope": scope,
    description: [config.description, scope === "public" ? undefined : `Needs the scope \`${scope}\`: ${SCOPES[scope]}`]
      .filter(Boolean)
      .join("\n\n"),
    ...(scope === "public" ? {} : { middleware: requireScope(scope) }),
    responses: { ...problemResponses([...codes]), ...config.responses },
  } as Omit<R, "scope" | "problems"> & { "x-required-scope": Scope | "public" }); // safe: what is added only narrows nothing that callers read
}
