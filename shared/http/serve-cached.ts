import type { Context, MiddlewareHandler } from "hono";
import { ofEntry, toEntry } from "#shared/caching/answer-text.ts";
import { type AskedOfCaches, cacheControlOf, readCacheControl } from "#shared/caching/cache-policy.ts";
import { entityTag, isNamed } from "#shared/caching/entity-tag.ts";
import type { Hit } from "#shared/caching/hit.ts";
import type { Reads } from "#shared/caching/reads.ts";
import {
  type CachedRoute,
  type Forward,
  keyOf,
  lifeOf,
  ownerOf,
  type StoredAnswer,
  tenantOfKey,
} from "#shared/caching/response-cache.ts";
import { wideTag } from "#shared/database/tags.ts";
import { fail } from "#shared/kernel/errors.ts";
import type { EdgeEnv } from "./edge.ts";
import { ProblemError, problemDocument } from "./problem.ts";

/** More tags than these are told to a CDN as the wide ones of their tables. */
const MOST_CDN_TAGS = 12;
const PRIVATE_VARY = "authorization, x-api-key, cookie";
const ASKED_NOTHING: AskedOfCaches = { isFresh: false, isUnkept: false, isOnlyKept: false };

/** The answer of a cached route, as its handler makes it. */
export interface Answering {
  readonly route: CachedRoute;
  readonly reads: Reads;
  readonly why: string;
  readonly isUnkept: boolean;
  readonly ifNoneMatch: string | undefined;
  answer: StoredAnswer | undefined;
}

/**
 * Answers a route from what this process keeps, else keeps what its handler answers: RFC 9111, `ETag` and
 * `If-None-Match` (RFC 9110 §13), `Cache-Status` (RFC 9211), `Cache-Tag` and `Surrogate-Key` for a CDN. Runs after the
 * caller is known.
 */
export const serveCached = (route: CachedRoute): MiddlewareHandler<EdgeEnv> => {
  const answerAnew = async (
    c: Context<EdgeEnv>,
    next: () => Promise<void>,
    key: string,
    miss: Forward,
    asked: AskedOfCaches,
  ) => {
    const ctx = c.get("ctx");
    const { responses, tier } = ctx.caches;
    const reads = ctx.caches.beginReads();
    const { promise, resolve } = Promise.withResolvers<StoredAnswer | undefined>();
    const fill = { reads, answer: promise };
    const isShared = miss !== "bypass" && !asked.isUnkept;
    if (isShared) responses.begin(key, fill);
    const asking = miss === "request" || asked.isUnkept ? undefined : tier?.look(key);
    const found = asking && (await asking);
    reads.asked = found;
    const kept = found?.entry && ofEntry(found.entry, route.policy);
    if (kept) {
      reads.add(kept.tags);
      const answer = storedAnswer(route, kept);
      if (isShared) responses.end(key, fill, answer, kept.ageMs);
      const count = responses.counts.of(route.operationId, tenantOfKey(key));
      count.misses[miss] -= 1; // as which it was counted before the store was asked
      count.hits += 1;
      resolve(reads.isFresh ? answer : undefined); // whoever joined before its tags were known
      return answerHit(c, answer, { ...answer.headers, ...ofAge(route, kept) });
    }
    if (asked.isOnlyKept) {
      if (isShared) responses.end(key, fill, undefined);
      resolve(undefined);
      throw notCached(miss);
    }
    const answering: Answering = {
      route,
      reads,
      why: `rainwire; fwd=${miss === "bypass" && found ? "uri-miss" : miss}`,
      isUnkept: asked.isUnkept,
      ifNoneMatch: c.req.header("if-none-match"),
      answer: undefined,
    };
    c.set("ctx", ctx.recording(reads));
    c.set("answering", answering);
    const startedMs = performance.now();
    try {
      await next();
      answering.answer ??= missingOf(c, answering);
    } finally {
      const { answer } = answering;
      const count = responses.counts.of(route.operationId, tenantOfKey(key));
      count.fills += 1;
      count.fillMs += performance.now() - startedMs;
      if (isShared) responses.end(key, fill, answer);
      if (answer && tier && found) ctx.waitUntil(tier.keep(reads, key, toEntry(key, answer)));
      resolve(reads.isUntold ? undefined : answer);
    }
  };

  return async (c, next) => {
    const { responses } = c.get("ctx").caches;
    const owner = ownerOf(route.policy.scope, c.get("principal"));
    if (owner === undefined) return next();
    const key = keyOf(c.get("ctx").invocation.functionName, owner, pathAndQueryOf(c.req.url));
    const asked = readCacheControl(c.req.header("cache-control")) ?? ASKED_NOTHING;
    if (asked.isFresh) {
      responses.counts.of(route.operationId, tenantOfKey(key)).misses.request += 1;
      return await answerAnew(c, next, key, "request", asked);
    }
    const look = responses.look(key, route);
    if ("hit" in look) return answerHit(c, look.hit, look.hit.headers);
    const { tier } = c.get("ctx").caches;
    if (asked.isOnlyKept && !tier) throw notCached(look.miss);
    const joined = await look.fill?.answer;
    if (!joined) return await answerAnew(c, next, key, look.miss, asked);
    responses.counts.of(route.operationId, tenantOfKey(key)).collapsed += 1;
    return answerHit(c, joined, { ...joined.headers, "cache-status": `rainwire; fwd=${look.miss}; collapsed` });
  };
};

const notCached = (miss: Forward): ProblemError =>
  new ProblemError(fail("not_cached"), { "cache-status": `rainwire; fwd=${miss}` });

/** The headers of an answer that is being made, which is kept as it is sent. */
export function keepAnswer(answering: Answering, body: string, version: number | undefined): StoredAnswer {
  const { route, reads } = answering;
  answering.answer = storedAnswer(route, { status: 200, body, etag: entityTag(body, version), tags: reads.tags });
  return answering.answer;
}

function storedAnswer(
  route: CachedRoute,
  { status, body, etag, tags }: Pick<StoredAnswer, "status" | "body" | "etag" | "tags">,
): StoredAnswer {
  const told = tags.length > MOST_CDN_TAGS ? [...new Set(tags.map(wideTag))] : tags;
  return {
    route,
    status,
    body,
    etag,
    tags,
    headers: {
      "content-type": status === 200 ? "application/json" : "application/problem+json",
      "cache-control": cacheControlOf(route.policy),
      ...(status === 200 && { etag }),
      ...(route.policy.scope !== "public" && { vary: PRIVATE_VARY }),
      ...(told.length > 0 && { "cache-tag": told.join(","), "surrogate-key": told.join(" ") }),
    },
  };
}

/** What a hit in the store says of its age. */
function ofAge({ policy }: CachedRoute, { status, ageMs }: { status: 200 | 404; ageMs: number }) {
  const ttl = Math.floor((lifeOf(policy, status).ttlMs - ageMs) / 1_000);
  return { age: String(Math.floor(ageMs / 1_000)), "cache-status": `rainwire; hit; ttl=${ttl}; detail=store` };
}

/** A 404 is an answer like others, but for the request that it names. */
function missingOf(c: Context<EdgeEnv>, answering: Answering): StoredAnswer | undefined {
  const { error } = c;
  if (!(error instanceof ProblemError) || error.failure.failure !== "not_found") return undefined;
  const body = JSON.stringify(problemDocument(error.failure));
  const answer = storedAnswer(answering.route, {
    status: 404,
    body,
    etag: entityTag(body),
    tags: answering.reads.tags,
  });
  for (const [name, value] of Object.entries({ ...answer.headers, "cache-status": answering.why }))
    c.header(name, value);
  return answer;
}

function answerHit(
  c: Context<EdgeEnv>,
  { status, body, etag }: Pick<Hit, "status" | "body" | "etag">,
  headers: Hit["headers"],
) {
  if (status === 200 && isNamed(c.req.header("if-none-match"), etag)) return c.body(null, 304, unchanged(headers));
  return c.body(body, status, { ...headers });
}

/** The headers of a 304 (RFC 9110 §15.4.5): those of the 200 but what describes its body. */
export function unchanged(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { "content-type": _, ...rest } = headers;
  return rest;
}

export function pathAndQueryOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  return start < 0 ? "/" : url.slice(start);
}
