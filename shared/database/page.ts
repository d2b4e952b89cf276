import { type Statement, sql } from "./sql.ts";

export interface PageInput {
  limit: number;
  /** The `next` of the page before. */
  before?: string | undefined;
}

/** Newest first; `next` names the page after, null on the last one. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/**
 * The end of a paged query of a tenant's rows: order, cursor and limit. Ids need not be in order of time, so the
 * cursor is the time and the id of the row that `before` names. Belongs after a `where` clause.
 * @param table its name, as `sql`…``
 */
export function pageClause(table: Statement, tenantId: string, { limit, before }: PageInput): Statement {
  const cursor =
    before === undefined
      ? sql``
      : sql` and (created_at, id) < (select created_at, id from ${table} where tenant_id = ${tenantId} and id = ${before})`;
  return sql`${cursor} order by created_at desc, id desc limit ${limit + 1}`;
}

/** The page that the rows of a {@link pageClause} query make. */
export function toPage<Item extends { id: string }>(rows: readonly Item[], { limit }: PageInput): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** `and column = value` for each value that is given. */
export const whereEqual = (filters: readonly (readonly [column: Statement, value: string | undefined])[]): Statement =>
  filters.reduce<Statement>(
    (all, [column, value]) => (value === undefined ? all : sql`${all} and ${column} = ${value}`),
    sql``,
  );
