import type { Caches } from "./caches.ts";
import { isFresh, type Reads } from "./reads.ts";
import { entryTags, type Found } from "./second-tier.ts";
import type { Reading } from "./value-cache.ts";
import { valueOfText, valueToText } from "./value-text.ts";

/** What is kept of a verb's reading, and for how long. */
export interface CachedSpec {
  /** Names the value among all of the deployment's: with its tenant, where it is a tenant's. */
  readonly key: string;
  readonly ttlMs: number;
  /** How long after that it is still given out while one caller reads it anew, in ms. Default 0. */
  readonly staleMs?: number;
}

export interface CachedContext<Ctx> {
  readonly caches: Caches;
  /** What is being read through this context. */
  readonly reads: Reads | undefined;
  waitUntil(promise: Promise<unknown>): void;
  /** The same context, noting what is read through it. */
  recording(reads: Reads): Ctx;
}

/**
 * What `load` reads, kept in this process, and in the store if it is plain data, until something that it read changes, or time ends it. Who asks while it is
 * being read waits for that reading. The value is given to many, so nobody may change it.
 * @param load reads through the context that it is given, and writes nothing
 * @throws what `load` throws, to each who waited for it
 */
export async function cached<Ctx, Value>(
  ctx: CachedContext<Ctx>,
  { key, ttlMs, staleMs = 0 }: CachedSpec,
  load: (ctx: Ctx) => Promise<Value>,
): Promise<Value> {
  const { responses, values, clock } = ctx.caches;
  if (!responses.isHearing) return await load(ctx.recording(ctx.reads ?? ctx.caches.beginReads()));
  const kept = values.get(key);
  const nowMs = clock();
  if (kept && isFresh(kept.reads.cells, kept.reads.began) && nowMs < kept.staleUntilMs) {
    if (nowMs < kept.freshUntilMs || kept.isRefreshing) return give(ctx, kept.reads, kept.value);
    kept.isRefreshing = true;
  }
  const underWay = values.underWay.get(key);
  if (underWay?.reads.isOpen) {
    const value = await underWay.value;
    // Until it is there nobody knows what a value of the store rests on.
    if (!underWay.isTaken || underWay.reads.isFresh) return give(ctx, underWay.reads, value);
  }

  const reads = ctx.caches.beginReads();
  const reading: Reading = { reads, isTaken: false, value: Promise.resolve() };
  const asking = ctx.caches.tier?.look(key);
  let leftMs = ttlMs + staleMs;
  const readFrom = async (looked: Promise<Found | undefined>): Promise<unknown> => {
    const found = await looked;
    const entry = found?.entry;
    if (entry && entry.leftMs > staleMs + ttlMs / 10) {
      const { tags, value } = JSON.parse(entry.text) as { tags: string[]; value: string }; // safe: written below
      reading.isTaken = true;
      reads.add(tags);
      leftMs = entry.leftMs;
      return valueOfText(value);
    }
    const value = await load(ctx.recording(reads));
    const text = found && reads.isFresh && !reads.isUntold ? valueToText(value) : undefined;
    if (found && text !== undefined) {
      const { tags } = reads;
      const kept = { text: JSON.stringify({ tags, value: text }), tags: entryTags(tags), leftMs };
      ctx.waitUntil(ctx.caches.tier?.keep(found, key, kept) ?? Promise.resolve());
    }
    return value;
  };
  reading.value = asking ? readFrom(asking) : load(ctx.recording(reads));
  values.underWay.set(key, reading);
  try {
    const value = await reading.value;
    if (!reads.isUntold && reads.isFresh && responses.isHearing) {
      const endsMs = clock() + leftMs;
      values.set(key, {
        reads,
        value,
        freshUntilMs: endsMs - staleMs,
        staleUntilMs: endsMs,
        isRefreshing: false,
      });
    }
    return give(ctx, reads, value);
  } finally {
    if (kept) kept.isRefreshing = false;
    if (values.underWay.get(key) === reading) values.underWay.delete(key);
  }
}

/** Whoever keeps what is made of the value rests on the same. */
function give<Value>(ctx: CachedContext<unknown>, { tags, isUntold }: Reads, value: unknown): Value {
  if (ctx.reads) {
    ctx.reads.add(tags);
    if (isUntold) ctx.reads.isUntold = true;
  }
  return value as Value; // safe: a key is loaded by one verb
}
