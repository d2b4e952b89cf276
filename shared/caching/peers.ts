/** The processes that keep what they have read, as one of them sees the others. */
export interface Peers {
  /**
   * Whether what others change reaches this process: only then may it answer from what it keeps. False when it has not
   * heard itself for as long as the others would wait for it.
   */
  isHearing(): boolean;
  /** The store's generation that may be read now; undefined: none. */
  readable(): string | undefined;
  /** The one that changes are to be ended in; undefined: none that this process knows of. */
  endable(): string | undefined;
  /** A change could not be ended in this generation, so nobody is to read it any more. */
  leave(generation: string): void;
  /**
   * Tells the others what has changed. Resolves when each of them has applied it or may not answer from what it keeps
   * any more; undefined when there is nobody to tell. Never rejects.
   * @param endedIn the store's generation in which it was ended; if it is not the one in use, that is left by all
   */
  tell(tags: readonly string[], endedIn?: string): Promise<void> | undefined;
  /** @returns how to stop */
  listen(listener: PeersListener): () => void;
  close(): Promise<void>;
}

export interface PeersListener {
  /** Another process changed it, and has ended it in the store. */
  move(tags: readonly string[]): void;
  /** It was changed past all processes: nobody has ended it in the store. */
  changed(tags: readonly string[]): void;
  moveAll(): void;
}
