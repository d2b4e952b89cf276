import type { MiddlewareHandler } from "hono";
import { fail } from "#shared/kernel/errors.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

/** Refuses a body that does not say it is of the type. A request without one is left to the validation. */
const requireMediaType =
  (expected: RegExp, detail?: string): MiddlewareHandler<EdgeEnv> =>
  async (c, next) => {
    const type = c.req.header("content-type");
    const length = c.req.header("content-length");
    const hasBody = type !== undefined || (length ?? "0") !== "0" || c.req.header("transfer-encoding") !== undefined;
    if (hasBody && !expected.test(type ?? "")) throw new ProblemError(fail("media_type_unsupported", detail));
    await next();
  };

export const requireJson = requireMediaType(/^application\/(json|[\w.-]+\+json)\s*(;|$)/i);

export const requireForm = requireMediaType(
  /^application\/x-www-form-urlencoded\s*(;|$)/i,
  "This is a form of a page: its body is application/x-www-form-urlencoded.",
);
