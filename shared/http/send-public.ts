import type { Context, TypedResponse } from "hono";
import { cacheControlOf } from "#shared/caching/cache-policy.ts";
import { entityTag, isNamed } from "#shared/caching/entity-tag.ts";
import { unchanged } from "./serve-cached.ts";

/** How a text is kept by the caches between us and its reader. */
export interface PublicPolicy {
  /** Made known as `Cache-Tag`, and as `Surrogate-Key`: a CDN that is told the tag forgets the text. */
  readonly tag: string;
  /** How long the client's own cache keeps it, in ms. */
  readonly clientMs: number;
  /** As `clientMs`, for each cache that many share. */
  readonly sharedMs: number;
  /** How long either may give it out after that while it asks anew, in ms. 0: neither may, not even when it cannot ask. */
  readonly staleMs: number;
}

/** A text that is the same for everybody, with the headers of its answer. */
export interface PublicText {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function publicText(body: string, contentType: string, policy: PublicPolicy): PublicText {
  const { tag, clientMs, sharedMs, staleMs } = policy;
  const etag = entityTag(body);
  const control = cacheControlOf({ scope: "public", ttlMs: sharedMs, staleMs, clientMs });
  return {
    body,
    etag,
    headers: {
      "content-type": contentType,
      "cache-control": staleMs === 0 ? `${control}, must-revalidate` : control,
      etag,
      "cache-tag": tag,
      "surrogate-key": tag,
    },
  };
}

/** Answers with the text; 304 to whoever names it in `If-None-Match`. No `Vary`: no header of a request changes it. */
export function sendPublic(
  c: Context,
  { body, etag, headers }: PublicText,
): Response & TypedResponse<never, 200, never> {
  const response = isNamed(c.req.header("if-none-match"), etag)
    ? c.body(null, 304, unchanged(headers))
    : c.body(body, 200, { ...headers });
  return response as Response & TypedResponse<never, 200, never>; // safe: what a text says is for its route to declare; a 304 is the same by RFC 9110
}
