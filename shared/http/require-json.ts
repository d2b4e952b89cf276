import type { MiddlewareHandler } from "hono";
import { fail } from "#shared/kernel/errors.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

const JSON_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/** Refuses a body that does not say it is JSON. A request without one is left to the validation. */
export const requireJson: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  const type = c.req.header("content-type");
  const length = c.req.header("content-length");
  const hasBody = type !== undefined || (length ?? "0") !== "0" || c.req.header("transfer-encoding") !== undefined;
  if (hasBody && !JSON_TYPE.test(type ?? "")) throw new ProblemError(fail("media_type_unsupported"));
  await next();
};
