import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ERRORS, type ErrorCode, type Failure, isFailure } from "#shared/kernel/errors.ts";

/** A problem document (RFC 9457). */
export const Problem = z
  .object({
    type: z.string().describe("urn:rainwire:problem:<code>"),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("The same code as in `type`, for programs."),
    detail: z.string().optional().describe("What happened in this case."),
    instance: z.string().optional().describe("The request: quote it when you ask for help."),
    retryable: z.boolean().describe("Whether the same request may succeed later."),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
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
  const { status, isRetryable, title } = ERRORS[failure.failure];
  return {
    type: `urn:rainwire:problem:${failure.failure}`,
    title,
    status,
    code: failure.failure,
    retryable: isRetryable,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    ...(instance === undefined ? {} : { instance }),
    ...(failure.fields === undefined ? {} : { errors: [...failure.fields] }),
  };
}

export function problemResponse(c: Context, failure: Failure, headers: Record<string, string> = {}): Response {
  const document = problemDocument(failure, `urn:uuid:${c.get("requestId") ?? ""}`);
  return c.body(JSON.stringify(document), document.status as 400, {
    ...headers,
    "content-type": "application/problem+json",
  }); // safe: the table's statuses are all answers with a body
}

/** The OpenAPI responses of the codes that an operation may answer with. */
export function problemResponses(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join(" "),
        content: { "application/problem+json": { schema: Problem } },
      },
    ]),
  );
}
