import { wideTag } from "#shared/database/tags.ts";

const MOST_TAGS = 200_000;

/** When a tag last moved. Whoever keeps something keeps the cells of its tags, so that a look costs no search. */
export interface TagCell {
  movedAt: number;
}

/**
 * The tags of this process. Time is counted in moves: what was read in an epoch holds while no tag of it has moved
 * since. A fill compares with the epoch of its beginning, so one that began before a move is never believed after it.
 */
export interface TagEpochs {
  readonly now: number;
  cell(tag: string): TagCell;
  move(tags: readonly string[]): void;
  /** Moves every tag there is or will be: nothing read before holds. */
  moveAll(): void;
}

export function createTagEpochs({ mostTags = MOST_TAGS }: { mostTags?: number } = {}): TagEpochs {
  let now = 1;
  /** Tags of no cell have moved here at the latest. */
  let floor = 0;
  let cells = new Map<string, TagCell>();

  function cell(tag: string): TagCell {
    const known = cells.get(tag);
    if (known) return known;
    if (cells.size >= mostTags) moveAll();
    const made = { movedAt: floor };
    cells.set(tag, made);
    return made;
  }

  function moveAll(): void {
    now += 1;
    floor = now;
    for (const old of cells.values()) old.movedAt = Number.POSITIVE_INFINITY;
    cells = new Map();
  }

  /** A wide tag that somebody names: all of the table and tenant. */
  function moveUnder(table: string): void {
    for (const [tag, known] of cells) if (tag === table || tag.startsWith(`${table}:`)) known.movedAt = now;
  }

  return {
    get now() {
      return now;
    },
    cell,
    move(tags) {
      now += 1;
      for (const tag of tags) {
        if (tag.endsWith(":*")) moveUnder(tag.slice(0, -2));
        cell(tag).movedAt = now;
        cell(wideTag(tag)).movedAt = now;
      }
    },
    moveAll,
  };
}
