/** A channel on which every process hears every text in one order, its own among them. */
export interface Broadcast {
  /** Resolves when the text is in the channel. Rejects when nobody knows whether it is. */
  send(text: string): Promise<void>;
  /** @param hearer `up`: from now on nothing is missed; `down`: something may be. @returns how to stop */
  listen(hearer: BroadcastHearer): () => void;
  /** How many hear the channel now, this process included. */
  countListeners(): Promise<number>;
}

export interface BroadcastHearer {
  hear(text: string): void;
  up(): void;
  down(): void;
}
