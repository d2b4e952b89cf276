/** What may stand in a `${…}` of {@link sql}: a bound value, or another statement spliced in with its values. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null | readonly SqlValue[];

declare const row: unique symbol;

/**
 * One SQL statement and its bound values. `Row` is the shape of a row it returns, with column names in camelCase
 * (a {@link Database} maps `tenant_id` to `tenantId`).
 */
export interface Statement<Row = unknown> {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /** The statement can put rows into the outbox, so whoever commits it wakes the relay. */
  readonly isEmitting: boolean;
  /**
   * Begins a batch that relies on nothing that a transaction holds but what this statement sets anew: such batches may
   * share a transaction, one after the other in it.
   */
  readonly opensShared?: true;
  /** Present: statements of its kind that come alone and at the same time may be written as one. */
  readonly company?: Company;
  /** What a cached answer made from its rows rests on (shared/database/tags.ts). Absent: nobody has said. */
  readonly reads?: Reading<Row>;
  /** Tags of what is not as it was once this is committed. */
  readonly touches?: readonly string[];
  readonly [row]?: Row;
}

export interface Reading<Row> {
  readonly tags: readonly string[];
  /** More of them, one for each row that came back. */
  tagOf?(row: Row): string;
}

/** How a statement joins others of its kind. None of them returns rows, and the order among them is nobody's concern. */
export interface Company {
  /** What this one writes, for `join`. */
  readonly item: unknown;
  /** The statement for all of them. One function a kind. */
  readonly join: (items: readonly unknown[]) => Statement;
}

const isStatement = (part: unknown): part is Statement =>
  typeof part === "object" && part !== null && "text" in part && "values" in part;

/**
 * A statement from a template: values are bound, never spliced; a nested statement is spliced with its values.
 * An array is bound as one PostgreSQL array, so cast it: `id = any(${ids}::uuid[])`.
 */
export function sql<Row = unknown>(strings: TemplateStringsArray, ...parts: (SqlValue | Statement)[]): Statement<Row> {
  let text = strings[0] ?? "";
  let isEmitting = false;
  let reads: readonly string[] | undefined;
  let touches: readonly string[] | undefined;
  const values: SqlValue[] = [];
  parts.forEach((part, i) => {
    if (isStatement(part)) {
      text += part.text.replace(/\$(\d+)/g, (_, n) => `$${Number(n) + values.length}`);
      values.push(...part.values);
      isEmitting ||= part.isEmitting;
      if (part.reads) reads = [...(reads ?? []), ...part.reads.tags];
      if (part.touches) touches = [...(touches ?? []), ...part.touches];
    } else {
      values.push(part);
      text += `$${values.length}`;
    }
    text += strings[i + 1] ?? "";
  });
  return { text, values, isEmitting, ...(reads && { reads: { tags: reads } }), ...(touches && { touches }) };
}

/** A value bound as jsonb: `values (${json(data)})`. `undefined` members are dropped, as JSON does. */
export const json = (value: unknown): Statement => sql`${JSON.stringify(value ?? null)}::jsonb`;

/** The same statement, marked as one that can write to the outbox. */
export const emitting = <Row>(statement: Statement<Row>): Statement<Row> => ({ ...statement, isEmitting: true });

/** The same statement, which may travel with others of its kind when it is not in a batch. */
export const inCompany = <Row>(statement: Statement<Row>, company: Company): Statement<Row> => ({
  ...statement,
  company,
});
