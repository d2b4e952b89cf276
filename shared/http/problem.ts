import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ERRORS, type ErrorCode, type Failure, isFailure } from "#shared/kernel/errors.ts";

/** A problem document (RFC 9457). */
export const Problem = z
  .object({
    type: z.string().describe("`urn:rainwire:problem:<code>`, or the registered type of a 429"),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("The same code as in `type`, for programs."),
    detail: z.string().optional().describe("What happened in this case."),
    instance: z.string().optional().describe("The request: quote it when you ask for help."),
    retryable: z.boolean().describe("Whether the same request may succeed later."),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    "violated-policies": z.array(z.string()).optional().describe("Names of the limits that were exceeded."),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof Problem>;

/** Thrown by an edge to answer with a problem document. */
export class ProblemError extends Error {
  readonly failure: Failure;
  readonly headers: Record<string, string>;

  constructor(failure: Failure, headers: Record<string, string> = {}) {
    super(failure.failure);
    this.name = "ProblemError";
    this.failure = failure;
    this.headers = headers;
  }
}

/** The value of a verb, or its failure thrown as a problem. */
export function orProblem<T>(value: T | Failure): T {
  if (isFailure(value)) throw new ProblemError(value);
  return value;
}

export function problemDocument(failure: Failure, instance?: string): Problem {
  const entry = ERRORS[failure.failure];
  const { status, isRetryable, title } = entry;
  return {
    type: "type" in entry ? entry.type : `urn:rainwire:problem:${failure.failure}`,
    title,
    status,
    code: failure.failure,
    retryable: isRetryable,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    ...(instance === undefined ? {} : { instance }),
    ...(failure.fields === undefined ? {} : { errors: [...failure.fields] }),
    ...(failure.violatedPolicies === undefined ? {} : { "violated-policies": [...failure.violatedPolicies] }),
  };
}

/** The answer of a service that has no edge. */
export function problemOf({ failure, headers }: ProblemError, requestId: string): Response {
  const document = problemDocument(failure, `urn:uuid:${requestId}`);
  return new Response(JSON.stringify(document), {
    status: document.status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}

export function problemResponse(c: Context, failure: Failure, headers: Record<string, string> = {}): Response {
  const document = problemDocument(failure, `urn:uuid:${c.get("requestId") ?? ""}`);
  return c.body(JSON.stringify(document), document.status as 400, {
    ...headers,
    "content-type": "application/problem+json",
  }); // safe: the table's statuses are all answers with a body
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-11, and when to come back. */
export const LimitHeaders = z.object({
  "RateLimit-Policy": z.string().describe('The limits that apply, e.g. `"key";q=6000;w=60`.'),
  RateLimit: z.string().describe('What is left of the tightest, e.g. `"key";r=0;t=3`.'),
  "Retry-After": z.string().describe("Seconds until it may be tried again."),
});

/** The OpenAPI responses of the codes that an operation may answer with. */
export function problemResponses(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join(" "),
        content: { "application/problem+json": { schema: Problem } },
        ...(status === 429 && { headers: LimitHeaders }),
      },
    ]),
  );
}
