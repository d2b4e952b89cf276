import type { Caches } from "./caches.ts";
import { isFresh, type Reads } from "./reads.ts";
import { entryTags, type Found } from "./second-tier.ts";
import type { Reading } from "./value-cache.ts";
import { valueOfText, valueToText } from "./value-text.ts";

/** In the last part of its time a value of the store is read anew. */
const REFRESH_PART = 0.1;

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
 * What `load` reads, kept in this process, and in the store if it is plain data, until something that it read changes, or
 * time ends it. Who asks while it is being read waits for that reading. The value is given to many, so nobody may change it.
 * @param load reads through the context that it is given, and writes nothing
 * @throws what `load` throws, to each who waited for it
 */
export async function cached<Ctx, Value>(
  ctx: CachedContext<Ctx>,
  spec: CachedSpec,
  load: (ctx: Ctx) => Promise<Value>,
): Promise<Value> {
  const { responses, values, clock } = ctx.caches;
  if (!responses.isHearing) return await load(ctx.recording(ctx.reads ?? ctx.caches.beginReads()));
  const { key, ttlMs, staleMs = 0 } = spec;
  const kept = values.get(key);
  const nowMs = clock();
  if (kept && isFresh(kept.reads.cells, kept.reads.began) && nowMs < kept.staleUntilMs && isDated(ctx, kept.reads)) {
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
  const reading: Reading = { reads, isTaken: false, leftMs: ttlMs + staleMs, value: Promise.resolve() };
  const asking = ctx.caches.tier?.look(key);
  reading.value = asking ? takeOrLoad(ctx, spec, reading, asking, load) : load(ctx.recording(reads));
  values.underWay.set(key, reading);
  try {
    const value = await reading.value;
    if (!reads.isUntold && reads.isFresh && responses.isHearing) {
      const endsMs = clock() + reading.leftMs;
      values.set(key, { reads, value, freshUntilMs: endsMs - staleMs, staleUntilMs: endsMs, isRefreshing: false });
    }
    return give(ctx, reads, value);
  } finally {
    if (kept) kept.isRefreshing = false;
    if (values.underWay.get(key) === reading) values.underWay.delete(key);
  }
}

async function takeOrLoad<Ctx>(
  ctx: CachedContext<Ctx>,
  { key, ttlMs, staleMs = 0 }: CachedSpec,
  reading: Reading,
  asking: Promise<Found | undefined>,
  load: (ctx: Ctx) => Promise<unknown>,
): Promise<unknown> {
  const { reads } = reading;
  const found = await asking;
  reads.asked = found;
  const entry = found?.entry;
  if (entry && entry.leftMs > staleMs + ttlMs * REFRESH_PART) {
    const { tags, value } = JSON.parse(entry.text) as { tags: string[]; value: string }; // safe: written below
    reading.isTaken = true;
    reading.leftMs = entry.leftMs;
    reads.add(tags);
    return valueOfText(value);
  }
  const value = await load(ctx.recording(reads));
  const text = found && valueToText(value);
  if (text !== undefined) {
    const { tags } = reads;
    const made = { text: JSON.stringify({ tags, value: text }), tags: entryTags(tags), leftMs: reading.leftMs };
    ctx.waitUntil(ctx.caches.tier?.keep(reads, key, made) ?? Promise.resolve());
  }
  return value;
}

/** Whether the store could tell what of it has ended, for whoever makes something of it that is to be kept there. */
const isDated = ({ reads }: CachedContext<unknown>, { asked }: Reads): boolean =>
  !reads?.asked || reads.asked.generation === asked?.generation;

/** Whoever keeps what is made of the value rests on the same. */
function give<Value>(ctx: CachedContext<unknown>, reads: Reads, value: unknown): Value {
  ctx.reads?.restOn(reads);
  return value as Value; // safe: a key is loaded by one verb
}
