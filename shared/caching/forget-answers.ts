import type { Caches } from "./caches.ts";
import { type CdnContext, tellCdn } from "./tell-cdn.ts";

/** What somebody wants read anew; each as it is said in answers or asked in requests. */
export interface ToForget {
  /** As `Cache-Tag` says them. */
  readonly tags?: readonly string[] | undefined;
  /** Paths with their query, as they were asked. */
  readonly keys?: readonly string[] | undefined;
  /** What such paths begin with. */
  readonly prefix?: string | undefined;
}

/** Whose answers are meant. */
export interface Whose {
  readonly tenantId: string;
  /** On behalf of the platform: tags may be anybody's, and a CDN in front is told of them. */
  readonly isPlatform: boolean;
}

/** Tags that name what was asked, not what was read. They travel to the other processes like any. */
const KEY = "key:";
const PREFIX = "prefix:";

/**
 * Forgets answers of a tenant in every process. Answers the tags that it refused because they are not the tenant's, or no
 * tags.
 */
export async function forgetAnswers(
  ctx: CdnContext & { readonly caches: Caches },
  { tenantId, isPlatform }: Whose,
  { tags = [], keys = [], prefix }: ToForget,
): Promise<{ refused: string[] }> {
  const isMeant = (tag: string): boolean =>
    /^[a-z]+(:[^:\s,]+){0,2}$/.test(tag) && (isPlatform || tag.split(":")[1] === tenantId);
  const [meant, refused] = [tags.filter(isMeant), tags.filter((tag) => !isMeant(tag))];
  const moved = [
    ...meant,
    ...keys.map((key) => `${KEY}${tenantId}:${key}`),
    ...(prefix === undefined ? [] : [`${PREFIX}${tenantId}:${prefix}`]),
  ];
  if (moved.length > 0) await ctx.caches.touched(moved);
  if (isPlatform) tellCdn(ctx, meant);
  return { refused };
}

/** Whether a tag names an answer by what was asked, and so whose and which. */
export function readAskedTag(tag: string): { tenantId: string; path: string; isPrefix: boolean } | undefined {
  const kind = [KEY, PREFIX].find((one) => tag.startsWith(one));
  if (kind === undefined) return undefined;
  const end = tag.indexOf(":", kind.length);
  return { tenantId: tag.slice(kind.length, end), path: tag.slice(end + 1), isPrefix: kind === PREFIX };
}
