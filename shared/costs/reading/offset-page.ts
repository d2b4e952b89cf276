import type { Page } from "#shared/database/page.ts";
import type { CostPageInput } from "../read-costs.ts";

/** Where a page begins: `next` of a page of sums is a position. Anything else than one begins at the start. */
export const offsetOf = ({ before }: CostPageInput): number =>
  before !== undefined && /^\d{1,9}$/.test(before) ? Number(before) : 0;

/** The page of rows that were asked for one beyond its limit. */
export const toOffsetPage = <Item>(rows: readonly Item[], { limit }: CostPageInput, offset: number): Page<Item> => ({
  items: rows.slice(0, limit),
  next: rows.length > limit ? String(offset + limit) : null,
});
