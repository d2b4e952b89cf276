import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import type { KvNamespace } from "./platform.ts";

/** A `kv_cache` of the manifest on Workers KV, which the framework's shape follows but for `list_complete`. */
export function namespaceKvCache(namespace: KvNamespace): KvCache {
  return {
    get: ((key: string, type: "text" | "json" | "arrayBuffer" = "text") => namespace.get(key, type)) as KvCache["get"], // safe: KV answers as each overload says
    async getWithMetadata<M>(key: string) {
      const { value, metadata } = await namespace.getWithMetadata(key, "text");
      return { value: value as string | null, metadata: metadata as M | null }; // safe: asked for as text; the putter's own
    },
    put: (key, value, options = {}) => namespace.put(key, value, options),
    async list(options = {}) {
      const { keys, list_complete: isComplete, cursor } = await namespace.list(options);
      return { keys, isComplete, ...(isComplete || cursor === undefined ? {} : { cursor }) };
    },
    delete: (key) => namespace.delete(key),
  };
}
