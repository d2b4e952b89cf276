import pg from "pg";

/** A `Date` that knows its text: most instants are read to be sent, and to make the text costs more than all else of a row. */
class Instant extends Date {
  readonly #iso: string;

  constructor(iso: string) {
    super(iso);
    this.#iso = iso;
  }

  override toISOString(): string {
    return this.#iso;
  }

  override toJSON(): string {
    return this.#iso;
  }
}

const parseAny: (text: string) => unknown = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

/** PostgreSQL's text of a timestamptz, to the millisecond: `2026-11-20 19:31:38.123456+00`. */
export function parseInstant(text: string): unknown {
  const isPlain = text.endsWith("+00") && text[10] === " " && (text.length === 22 || text[19] === ".");
  if (!isPlain) return parseAny(text); // another time zone, the infinities, years that have not four digits
  const milliseconds = text.slice(20, -3).slice(0, 3).padEnd(3, "0");
  return new Instant(`${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`);
}
