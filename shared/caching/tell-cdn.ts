import { wideTag } from "#shared/database/tags.ts";
import type { Caches } from "./caches.ts";
import type { CdnPurger } from "./purge-cdn.ts";
import { NO_TENANT } from "./route-counts.ts";

export interface CdnContext {
  /** Undefined: there is no CDN in front. */
  readonly cdnPurger: CdnPurger | undefined;
  waitUntil(promise: Promise<unknown>): void;
}

/** Whether a tag is no tenant's (`jwks`, `mappings:-`): only what rests on such is kept by a CDN, the rest says `private`. */
function isPublic(tag: string): boolean {
  const [, tenantId = NO_TENANT] = tag.split(":", 2);
  return tenantId === NO_TENANT;
}

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
  const told = tags.flatMap((tag) => (tag.includes(":") ? [tag, wideTag(tag)] : [tag])); // an answer may say the wide one only
  ctx.waitUntil(cdnPurger.purge([...new Set(told)]));
}
