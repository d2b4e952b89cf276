/** The processes that keep what they have read, as one of them sees the others. */
export interface Peers {
  /**
   * Whether what others change reaches this process: only then may it answer from what it keeps. False when it has not
   * heard itself for as long as the others would wait for it.
   */
  isHearing(): boolean;
  /**
   * Tells the others what has changed. Resolves when each of them has applied it or may not answer from what it keeps
   * any more; undefined when there is nobody to tell. Never rejects.
   */
  tell(tags: readonly string[]): Promise<void> | undefined;
  /** @returns how to stop */
  listen(listener: { move(tags: readonly string[]): void; moveAll(): void }): () => void;
  close(): Promise<void>;
}
