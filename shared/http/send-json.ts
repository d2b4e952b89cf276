import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import { isNamed } from "#shared/caching/entity-tag.ts";
import type { EdgeEnv } from "./edge.ts";
import type { Jsonified } from "./schemas.ts";
import { keepAnswer, unchanged } from "./serve-cached.ts";

/**
 * Answers 200 with a value as JSON, made into text once. On a cached route that text is what is kept, its `ETag` is of
 * it, and a client that has it already is answered 304.
 * @param version of what the answer shows, for a client's `If-Match`; stands in the `ETag`
 */
export function sendJson<T>(
  c: Context<EdgeEnv>,
  value: T,
  version?: number,
): Response & TypedResponse<JSONParsed<Jsonified<T>>, 200, "json"> {
  return send(c, JSON.stringify(value), version) as Response & TypedResponse<JSONParsed<Jsonified<T>>, 200, "json">; // safe: JSON of the value; a 304 is the same by RFC 9110
}

function send(c: Context<EdgeEnv>, body: string, version: number | undefined): Response {
  const answering = c.get("answering");
  if (!answering) {
    return c.body(body, 200, {
      "content-type": "application/json",
      ...(version !== undefined && { etag: `"${version}"` }),
    });
  }
  const { headers, etag } = keepAnswer(answering, body, version);
  const isKept = !answering.isUnkept && answering.reads.isFresh && !answering.reads.isUntold;
  const status = isKept && !answering.why.endsWith("bypass") ? `${answering.why}; stored` : answering.why;
  const all = { ...headers, "cache-status": status, ...(answering.isUnkept && { "cache-control": "no-store" }) };
  return isNamed(answering.ifNoneMatch, etag) ? c.body(null, 304, unchanged(all)) : c.body(body, 200, all);
}
