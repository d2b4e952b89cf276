import { wideTag } from "#shared/database/tags.ts";
import type { Caches } from "./caches.ts";
import type { CdnPurger } from "./purge-cdn.ts";
import { NO_TENANT } from "./route-counts.ts";

export interface CdnContext {
  /** Undefined: there is no CDN in front. */
  readonly cdnPurger: CdnPurger | undefined;
  waitUntil(promise: Promise<unknown>): void;
}

/** What every answer of a public route rests on, beside what it was read from. */
export const publicRouteTag = (operationId: string): string => `routes:${NO_TENANT}:${operationId}`;

/** Whether anybody may be given what rests on it: only such answers are kept by a CDN, the others say `private`. */
const isPublic = (tag: string): boolean => tag.split(":", 2)[1] === NO_TENANT;

/** The caches, and a CDN in front, which is told of what changed for everybody. Nobody waits for it. */
export const tellingCdn = (ctx: CdnContext, caches: Pick<Caches, "touched">): Pick<Caches, "touched"> => ({
  touched(tags) {
    const applied = caches.touched(tags);
    const told = tags.filter(isPublic);
    if (told.length === 0) return applied;
    // Afterwards: what the CDN fetches then is new, whoever answers it.
    return (applied ?? Promise.resolve()).then(() => tellCdn(ctx, told));
  },
});

/** Has a CDN in front told of tags, whosever they are. */
export function tellCdn(ctx: CdnContext, tags: readonly string[]): void {
  const { cdnPurger } = ctx;
  if (!cdnPurger || tags.length === 0) return;
  ctx.waitUntil(cdnPurger.purge([...new Set(tags.flatMap((tag) => [tag, wideTag(tag)]))]));
}
