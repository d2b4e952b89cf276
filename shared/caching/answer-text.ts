import type { CachePolicy } from "./cache-policy.ts";
import type { StoreEntry } from "./cache-store.ts";
import { lifeOf, type StoredAnswer } from "./response-cache.ts";
import { entryTags } from "./second-tier.ts";

/** From this part of its time on an answer is read anew. */
const REFRESH_FROM = 0.9;

type Text = Pick<StoredAnswer, "status" | "etag" | "tags" | "body">;

/** An answer as the store keeps it. @param key whose it is and what was asked (`keyOf`) */
export function toEntry(key: string, { status, etag, tags, body, route }: StoredAnswer): StoreEntry {
  const [owner = "", , path = ""] = key.split(" ", 3);
  const tenantId = owner.split(":")[1];
  const { ttlMs, staleMs } = lifeOf(route.policy, status);
  return {
    text: `${JSON.stringify([status, etag, tags])}\n${body}`,
    tags: entryTags(tags, tenantId === undefined ? undefined : { tenantId, path }),
    leftMs: ttlMs + staleMs,
  };
}

/** Undefined: it is to be read anew, or cannot be read. */
export function ofEntry({ text, leftMs }: StoreEntry, policy: CachePolicy): (Text & { ageMs: number }) | undefined {
  const end = text.indexOf("\n");
  try {
    const [status, etag, tags] = JSON.parse(text.slice(0, end)) as [200 | 404, string, string[]]; // safe: toEntry wrote it
    const { ttlMs, staleMs } = lifeOf(policy, status);
    const ageMs = Math.max(0, ttlMs + staleMs - leftMs);
    return ageMs < ttlMs * REFRESH_FROM ? { status, etag, tags, body: text.slice(end + 1), ageMs } : undefined;
  } catch {
    return undefined;
  }
}
