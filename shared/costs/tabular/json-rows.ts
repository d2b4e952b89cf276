/** Members under which an answer of an API holds its rows. */
const CONTAINERS = new Set(["result", "results", "rows", "data", "items", "records", "value", "charges"]);

const LONGEST_ROW = 16_000_000;

/**
 * Cuts a JSON text into the texts of its rows as it arrives: an array of objects, objects one after the other (JSON
 * Lines), or an answer that holds the array in a member such as `result`. Only one row is held at a time. Throws a
 * SyntaxError when the text ends inside a row, or has something else than rows.
 */
export async function* jsonRows(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const cutter = createRowCutter();
  for await (const chunk of chunks) yield* cutter.push(chunk);
  cutter.end();
}

function createRowCutter() {
  let depth = 0;
  let rowDepth = -1; // depth of the container of rows; -1 until the first bracket
  let buffer = "";
  let isInString = false;
  let isEscaped = false;
  let lastString = "";
  let stringStart = 0;
  let isRowOpen = false;
  let hasEnvelope = false;
  let hasRows = false;

  /** Where `chunk` is cut: the row that ends at each place. */
  function* push(chunk: string): Generator<string> {
    let text = buffer + chunk;
    let from = isRowOpen ? 0 : buffer.length;
    for (let i = buffer.length; i < text.length; i++) {
      const character = text[i];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (character === "\\") isEscaped = true;
        else if (character === '"') {
          isInString = false;
          if (depth === 1 && rowDepth === 0) lastString = text.slice(stringStart, i);
        }
        continue;
      }
      if (character === '"') {
        if (!isRowOpen) throw new SyntaxError("the JSON has a text where a row should be");
        isInString = true;
        stringStart = i + 1;
      } else if (character === "{") {
        if (rowDepth === -1) rowDepth = 0;
        if (depth === rowDepth && !isRowOpen) {
          isRowOpen = true;
          from = i;
        }
        depth += 1;
      } else if (character === "[") {
        depth += 1;
        if (rowDepth === -1) rowDepth = 1;
        else if (isEnvelopeOfRows()) {
          rowDepth = 2;
          hasEnvelope = true;
          isRowOpen = false;
        } else if (!isRowOpen) throw new SyntaxError("the JSON has a list where a row should be");
      } else if (character === "}" || character === "]") {
        depth -= 1;
        if (depth < 0) throw new SyntaxError("the JSON closes a bracket that it did not open");
        if (character === "}" && isRowOpen && depth === rowDepth) {
          yield text.slice(from, i + 1);
          isRowOpen = false;
          hasRows = true;
          from = i + 1;
        } else if (hasEnvelope && depth < rowDepth) {
          rowDepth = Number.POSITIVE_INFINITY; // what follows the rows in their envelope is not read
          isRowOpen = true;
          from = i;
        }
      }
    }
    if (rowDepth === Number.POSITIVE_INFINITY) text = "";
    else text = isRowOpen ? text.slice(from) : "";
    if (isInString) stringStart = Math.max(0, stringStart - from);
    buffer = text;
    if (buffer.length > LONGEST_ROW) throw new SyntaxError("a row of the JSON is longer than 16 MB, or it never ends");
  }

  const isEnvelopeOfRows = (): boolean => rowDepth === 0 && depth === 2 && !hasRows && CONTAINERS.has(lastString);

  return {
    push,
    end(): void {
      if (depth !== 0) throw new SyntaxError("the JSON ends too early");
      if (rowDepth === -1) throw new SyntaxError("the JSON has no rows");
    },
  };
}
