/** Values by key, bounded by what they take together. */
export interface ByteCache<Value> {
  /** Counts as a use. */
  get(key: string): Value | undefined;
  has(key: string): boolean;
  /**
   * Keeps a value, letting go of others; one that is seldom used may be let go at once.
   * @param bytes what the value takes; one that takes more than all may is not kept
   */
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): boolean;
  clear(): void;
  keys(): Iterable<string>;
  readonly bytes: number;
  readonly size: number;
}
