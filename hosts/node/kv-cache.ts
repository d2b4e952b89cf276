import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import { expiresAtMs } from "#shared/raindrop/kv-expiry.ts";

interface Entry {
  value: Uint8Array;
  metadata: unknown;
  expiresAtMs: number;
}

const MOST_BYTES = 64 * 1_048_576;

/** A `kv_cache` in this process, bounded in bytes: the oldest entry goes first. */
export function memoryKvCache(now: () => number = Date.now): KvCache {
  const entries = new Map<string, Entry>();
  let bytes = 0;

  const drop = (key: string): void => {
    const entry = entries.get(key);
    if (entry && entries.delete(key)) bytes -= entry.value.byteLength;
  };
  const find = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry && entry.expiresAtMs <= now()) drop(key);
    return entries.get(key);
  };
  const decode = (value: Uint8Array, type: string): unknown => {
    if (type === "arrayBuffer") return value.slice().buffer;
    const text = new TextDecoder().decode(value);
    return type === "json" ? JSON.parse(text) : text;
  };

  const describe = (
    name: string,
    { metadata, expiresAtMs: endsAtMs = Number.POSITIVE_INFINITY }: Partial<Entry> = {},
  ) => ({
    name,
    ...(Number.isFinite(endsAtMs) && { expiration: Math.floor(endsAtMs / 1000) }),
    ...(metadata !== undefined && { metadata }),
  });

  return {
    get: (async (key: string, type: "text" | "json" | "arrayBuffer" = "text") => {
      const entry = find(key);
      return entry ? decode(entry.value, type) : null;
    }) as KvCache["get"], // safe: `decode` answers as each overload says
    async getWithMetadata<M>(key: string) {
      const entry = find(key);
      return entry
        ? { value: decode(entry.value, "text") as string, metadata: (entry.metadata ?? null) as M | null } // safe: the putter's own
        : { value: null, metadata: null };
    },
    async put(key, value, options = {}) {
      const endsAtMs = expiresAtMs(options, now()) ?? Number.POSITIVE_INFINITY;
      const encoded = typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(value.slice(0));
      drop(key);
      entries.set(key, { value: encoded, metadata: options.metadata, expiresAtMs: endsAtMs });
      bytes += encoded.byteLength;
      for (const oldest of entries.keys()) {
        if (bytes <= MOST_BYTES) break;
        drop(oldest);
      }
    },
    async list({ limit = 1000, prefix = "", cursor = "" } = {}) {
      const names = [...entries.keys()].filter((name) => name.startsWith(prefix) && name > cursor && find(name)).sort();
      const keys = names.slice(0, limit).map((name) => describe(name, entries.get(name)));
      const last = keys.at(-1)?.name;
      return names.length > limit && last !== undefined
        ? { keys, isComplete: false, cursor: last }
        : { keys, isComplete: true };
    },
    async delete(key) {
      drop(key);
    },
  };
}
