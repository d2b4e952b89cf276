import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import { currentCounts } from "./current-invocation.ts";

/** Counts operations on the invocation that makes them: reads of missing keys too, as Workers KV bills them. */
export function meteredKvCache(cache: KvCache): KvCache {
  const count = (what: "kvReads" | "kvWrites" | "kvDeletes" | "kvLists") => {
    const counts = currentCounts();
    if (counts) counts[what] += 1;
  };
  return {
    get: ((key: string, type?: "text") => {
      count("kvReads");
      return cache.get(key, type);
    }) as KvCache["get"], // safe: the cache answers as each overload says
    getWithMetadata: (key) => {
      count("kvReads");
      return cache.getWithMetadata(key);
    },
    put: (key, value, options) => {
      count("kvWrites");
      return cache.put(key, value, options);
    },
    list: (options) => {
      count("kvLists");
      return cache.list(options);
    },
    delete: (key) => {
      count("kvDeletes");
      return cache.delete(key);
    },
  };
}
