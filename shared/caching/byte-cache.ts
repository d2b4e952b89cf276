/** Values by key, bounded by what they take together. */
export interface ByteCache<Value> {
  get(key: string): Value | undefined;
  /** @param bytes what the value takes; one that takes more than all may is not kept */
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): boolean;
  clear(): void;
  readonly bytes: number;
  readonly size: number;
}

/** The value unused for longest goes first. */
export function createByteCache<Value>({ mostBytes }: { mostBytes: number }): ByteCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let bytes = 0;

  function remove(key: string): boolean {
    const entry = entries.get(key);
    if (!entry) return false;
    bytes -= entry.bytes;
    return entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, size) {
      remove(key);
      if (size > mostBytes) return;
      entries.set(key, { value, bytes: size });
      bytes += size;
      for (const oldest of entries.keys()) {
        if (bytes <= mostBytes) break;
        remove(oldest);
      }
    },
    delete: remove,
    clear() {
      entries.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
