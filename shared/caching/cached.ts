import type { Caches } from "./caches.ts";
import { isFresh, type Reads } from "./reads.ts";

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
  /** The same context, noting what is read through it. */
  recording(reads: Reads): Ctx;
}

/**
 * What `load` reads, kept in this process until something that it read changes, or time ends it. Who asks while it is
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
  if (underWay?.reads.isOpen) return give(ctx, underWay.reads, await underWay.value);

  const reads = ctx.caches.beginReads();
  const reading = { reads, value: load(ctx.recording(reads)) };
  values.underWay.set(key, reading);
  try {
    const value = await reading.value;
    if (!reads.isUntold && reads.isFresh && responses.isHearing) {
      const endsMs = clock() + ttlMs;
      values.set(key, { reads, value, freshUntilMs: endsMs, staleUntilMs: endsMs + staleMs, isRefreshing: false });
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
