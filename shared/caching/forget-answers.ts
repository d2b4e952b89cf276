import type { Caches } from "./caches.ts";

/** What a tenant wants read anew; each as it is said in its answers or asked in its requests. */
export interface ToForget {
  /** As `Cache-Tag` says them. */
  readonly tags?: readonly string[] | undefined;
  /** Paths with their query, as they were asked. */
  readonly keys?: readonly string[] | undefined;
  /** What such paths begin with. */
  readonly prefix?: string | undefined;
}

/** Tags that name what was asked, not what was read. They travel to the other processes like any. */
const KEY = "key:";
const PREFIX = "prefix:";

/**
 * Forgets answers of a tenant in every process. Answers the tags that it refused because they are not the tenant's.
 */
export async function forgetAnswers(
  { caches }: { readonly caches: Caches },
  tenantId: string,
  { tags = [], keys = [], prefix }: ToForget,
): Promise<{ refused: string[] }> {
  const isOwn = (tag: string): boolean => tag.split(":")[1] === tenantId && /^[a-z]+:[^:\s]+(:[^:\s]+)?$/.test(tag);
  const [own, refused] = [tags.filter(isOwn), tags.filter((tag) => !isOwn(tag))];
  const moved = [
    ...own,
    ...keys.map((key) => `${KEY}${tenantId}:${key}`),
    ...(prefix === undefined ? [] : [`${PREFIX}${tenantId}:${prefix}`]),
  ];
  if (moved.length > 0) await caches.touched(moved);
  return { refused };
}

/** Whether a tag names an answer by what was asked, and so whose and which. */
export function readAskedTag(tag: string): { tenantId: string; path: string; isPrefix: boolean } | undefined {
  const kind = [KEY, PREFIX].find((one) => tag.startsWith(one));
  if (kind === undefined) return undefined;
  const end = tag.indexOf(":", kind.length);
  return { tenantId: tag.slice(kind.length, end), path: tag.slice(end + 1), isPrefix: kind === PREFIX };
}
