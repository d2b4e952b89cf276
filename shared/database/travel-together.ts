import { DatabaseError } from "./database.ts";

export interface Companions<Item> {
  /** Resolves when the item is written. */
  add(item: Item): Promise<void>;
}

interface Waiting<Item> {
  item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes items one group after the other: alone an item leaves at once, and those that come while a group is being
 * written are the next one. When the database refuses a group, each of it is written by itself, so that it fails for
 * itself alone.
 * @param sizeOf counts towards `mostSize`, which a group does not exceed unless one item does
 */
export function travelTogether<Item>(
  write: (items: readonly Item[]) => Promise<unknown>,
  mostSize: number,
  sizeOf: (item: Item) => number = () => 1,
): Companions<Item> {
  const waiting: Waiting<Item>[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    await Promise.resolve(); // what is added in the same turn travels along
    while (waiting.length > 0) {
      const group = takeGroup();
      try {
        await write(group.map(({ item }) => item));
        for (const one of group) one.resolve();
      } catch (error) {
        await failOrPart(group, error);
      }
    }
    isWriting = false;
  }

  function takeGroup(): Waiting<Item>[] {
    let size = 0;
    let end = 0;
    for (const { item } of waiting) {
      size += sizeOf(item);
      if (end > 0 && size > mostSize) break;
      end++;
    }
    return waiting.splice(0, end);
  }

  /** A refused group was rolled back as a whole; of one whose connection broke nobody knows, so it is not repeated. */
  async function failOrPart(group: readonly Waiting<Item>[], error: unknown): Promise<void> {
    const isRefused = error instanceof DatabaseError && error.failure.kind !== "unavailable";
    for (const one of group) {
      if (isRefused && group.length > 1) await write([one.item]).then(one.resolve, one.reject);
      else one.reject(error);
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (!isWriting) writeAll();
      }),
  };
}
