import { DatabaseError } from "./database.ts";

export interface Companions<Item, Result> {
  /** Resolves when the item is written, with its result. */
  add(item: Item): Promise<Result>;
}

export interface TravelOptions<Item, Result> {
  /** Writes a group, or an item by itself: the result of each in their order, none where there are none. */
  write(items: readonly Item[]): Promise<readonly Result[]>;
  /** A group does not exceed it unless one item does. */
  readonly mostSize: number;
  /** What an item counts towards `mostSize`. Default: 1. */
  sizeOf?(item: Item): number;
  /** Groups that may be under way. Default: 1. */
  readonly groupsAtOnce?: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Writes items one group after the other: alone an item leaves at once, and those that come while a group is being
 * written are the next one. When the database refuses a group, each of it is written by itself, so that it fails, or waits
 * for a lock, for itself alone; the next group does not wait for that.
 */
export function travelTogether<Item, Result = unknown>({
  write,
  mostSize,
  sizeOf = () => 1,
  groupsAtOnce = 1,
}: TravelOptions<Item, Result>): Companions<Item, Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;

  async function writeAll(): Promise<void> {
    underWay += 1;
    await Promise.resolve(); // what is added in the same turn travels along
    while (waiting.length > 0) await writeGroup(takeGroup());
    underWay -= 1;
  }

  function takeGroup(): Waiting<Item, Result>[] {
    let size = 0;
    let end = 0;
    for (const { item } of waiting) {
      size += sizeOf(item);
      if (end > 0 && size > mostSize) break;
      end++;
    }
    return waiting.splice(0, end);
  }

  async function writeGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      settle(group, await write(group.map(({ item }) => item)));
    } catch (error) {
      failOrPart(group, error);
    }
  }

  function settle(group: readonly Waiting<Item, Result>[], results: readonly Result[]): void {
    group.forEach(({ resolve }, i) => {
      resolve(results[i] as Result); // safe: one for each item, or none for any
    });
  }

  /** A refused group was rolled back as a whole; of one whose connection broke nobody knows, so it is not repeated. */
  function failOrPart(group: readonly Waiting<Item, Result>[], error: unknown): void {
    const isRefused = error instanceof DatabaseError && error.failure.kind !== "unavailable";
    for (const one of group) {
      if (isRefused && group.length > 1) write([one.item]).then((results) => settle([one], results), one.reject);
      else one.reject(error);
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (underWay < groupsAtOnce) writeAll();
      }),
  };
}
