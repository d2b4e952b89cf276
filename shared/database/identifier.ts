import type { Statement } from "./sql.ts";

/** A column or table named by a constant of ours, spliced as it is. Throws on anything but a plain lower-case name. */
export function identifier(name: string): Statement {
  if (!/^[a-z][a-z0-9_.]*$/.test(name)) throw new RangeError(`"${name}" is no plain name of a column`);
  return { text: name, values: [], isEmitting: false };
}

/** Statements with a separator between them. */
export const join = (parts: readonly Statement[], separator: string): Statement => {
  let text = "";
  const values: Statement["values"][number][] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    text += part.text.replace(/\$(\d+)/g, (_, n) => `$${Number(n) + values.length}`);
    values.push(...part.values);
  }
  return { text, values, isEmitting: parts.some(({ isEmitting }) => isEmitting) };
};
