import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { fail } from "#shared/kernel/errors.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError } from "./problem.ts";

const MAX_BODY_BYTES = 1_048_576;

const tooLarge = () =>
  Promise.reject(new ProblemError(fail("body_too_large", `The limit is ${MAX_BODY_BYTES} bytes.`)));

const countBody = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge });

/** Refuses a body that is too large. One whose length is stated is not touched: hosts hold a body to it (RFC 9112 §6.3). */
export const limitBody: MiddlewareHandler<EdgeEnv> = (c, next) => {
  const { method, headers } = c.req.raw;
  if (method === "GET" || method === "HEAD") return next();
  const length = headers.get("content-length");
  if (length === null || headers.has("transfer-encoding")) return countBody(c, next);
  return Number(length) > MAX_BODY_BYTES ? tooLarge() : next();
};
