/**
 * What processes keep together of what they read: answers by key, each under the tags it rests on. Lost or away at any moment
 * it costs speed only. Each generation has names of its own: one that has been left is never read again.
 */
export interface CacheStore {
  /**
   * Names the server's present life, without spaces: after a restart it may hold what it held long before, so a
   * generation belongs to one life. Undefined while it is away.
   */
  life(): string | undefined;
  /** In one step: what is kept, if none of its tags has ended since, and a mark. Undefined when the store cannot be asked now. */
  look(generation: string, key: string): Promise<StoreLook | undefined>;
  /** Keeps what was loaded after the mark was given, unless one of its tags has ended since. */
  keep(generation: string, key: string, kept: StoreFill): Promise<void>;
  /** Ends what rests on any of the tags, also what is loaded now. False when nobody knows whether it did. */
  end(generation: string, tags: readonly string[]): Promise<boolean>;
}

export interface StoreLook {
  /** When the store was asked, as it counts: of two marks the lesser text is the earlier. */
  readonly mark: string;
  readonly entry: StoreEntry | undefined;
}

export interface StoreEntry {
  readonly text: string;
  /** Without line breaks. */
  readonly tags: readonly string[];
  /** How long it is still kept, in ms. */
  readonly leftMs: number;
}

export interface StoreFill extends StoreEntry {
  readonly mark: string;
  /** Tags of what was loaded earlier than that, each with the mark of then. */
  readonly since?: ReadonlyMap<string, string> | undefined;
}

/** The generation's name begins with the life that it belongs to. */
export const generationOf = (life: string): string => `${life}.${crypto.randomUUID().slice(0, 8)}`;
export const isOfLife = (generation: string, life: string | undefined): boolean =>
  life !== undefined && generation.startsWith(`${life}.`);
