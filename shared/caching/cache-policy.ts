/** Who may be given the same answer: all callers of a tenant, one user, or anybody. */
export type CacheScope = "tenant" | "user" | "public";

/** How the answers of a route are kept. What they were read from ends them at once when it changes; time ends the rest. */
export interface CachePolicy {
  readonly scope: CacheScope;
  /** How long an answer is kept without any change, in ms. */
  readonly ttlMs: number;
  /** How long it is still given out after that while one caller reads it anew, in ms. Default 0. */
  readonly staleMs?: number;
  /** As `ttlMs`, for a 404. Default the same. */
  readonly missingMs?: number;
  /** How long a client may use it without asking, in ms; then it does not hear of changes. Default 0: it asks each time. */
  readonly clientMs?: number;
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** `Cache-Control` (RFC 9111 §5.2.2, RFC 5861) of an answer under the policy. */
export function cacheControlOf({ scope, ttlMs, staleMs = 0, clientMs = 0 }: CachePolicy): string {
  const stale = staleMs > 0 ? `, stale-while-revalidate=${seconds(staleMs)}` : "";
  if (scope === "public") return `public, max-age=${seconds(clientMs)}, s-maxage=${seconds(ttlMs)}${stale}`;
  return clientMs > 0 ? `private, max-age=${seconds(clientMs)}${stale}` : "private, no-cache";
}

/** What a request says of caches (RFC 9111 §5.2.1), as far as it changes how it is answered. */
export interface AskedOfCaches {
  /** It wants an answer read for it. */
  readonly isFresh: boolean;
  /** It wants its answer kept by nobody. */
  readonly isUnkept: boolean;
  /** It wants what is there, or 504. */
  readonly isOnlyKept: boolean;
}

export function readCacheControl(header: string | undefined): AskedOfCaches | undefined {
  if (header === undefined) return undefined;
  const directives = header.split(",").map((part) => part.trim().toLowerCase());
  const isUnkept = directives.includes("no-store");
  return {
    isFresh: isUnkept || directives.includes("no-cache") || directives.includes("max-age=0"),
    isUnkept,
    isOnlyKept: directives.includes("only-if-cached"),
  };
}
