/** A channel on which every process hears every text in one order, its own among them. */
export interface Broadcast {
  /** Resolves when the text is in the channel. Rejects when nobody knows whether it is. */
  send(text: string): Promise<void>;
  /** @param hearer `up`: from now on nothing is missed; `down`: something may be. @returns how to stop */
  listen(hearer: BroadcastHearer): () => void;
  /**
   * Writes this process down among those that may answer from what they keep, whether or not the channel still reaches
   * them, and reads who else is.
   */
  enlist(id: string): Promise<string[]>;
  /** These keep nothing any more. */
  strike(ids: readonly string[]): Promise<void>;
}

export interface BroadcastHearer {
  hear(text: string): void;
  up(): void;
  down(): void;
}
