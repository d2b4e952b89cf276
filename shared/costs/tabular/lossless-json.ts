/** A number of a JSON text, digit for digit as it is written there. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Written back as it was read. */
  toJSON(): unknown {
    return rawJson(this.text);
  }
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

// safe: ECMAScript 2026 (proposal-json-parse-with-source), in V8 since 11.4; TypeScript's library has neither yet
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown }; // safe: see above

/** Parses JSON with every number as a {@link NumberText}: no digit goes through a float. Throws a SyntaxError. */
export const parseLossless = (text: string): unknown =>
  parseWithSource(text, (_, value, { source }) =>
    typeof value === "number" ? new NumberText(source ?? String(value)) : value,
  );

/** A member of an object as the source text of a cell: numbers digit for digit, objects and arrays as JSON. */
export function cellText(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return value;
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return value.text;
  return JSON.stringify(value);
}
