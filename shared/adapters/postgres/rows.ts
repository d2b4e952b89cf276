const columnNames = new Map<string, string>();

function camelCase(column: string): string {
  const known = columnNames.get(column);
  if (known !== undefined) return known;
  const name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (columnNames.size < 5000) columnNames.set(column, name);
  return name;
}

/** A result in array mode as rows with column names in camelCase. */
export function toRows<Row>(result: { fields: readonly { name: string }[]; rows: readonly unknown[][] }): Row[] {
  const names = result.fields.map((field) => camelCase(field.name));
  return result.rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i]; // safe: i < names.length
    return row as Row; // safe: the statement's author states its row
  });
}
