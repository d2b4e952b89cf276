const PAIR = /\s*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=]+))\s*(?:;|$)/y;

/**
 * The `for` of each element of a `Forwarded` header (RFC 7239), the last first; '' of an element that has none or is
 * malformed. Read from the right, so that an open quote on the left, where a client writes, swallows no element of a proxy.
 */
export function* forwardedFromRight(value: string): Generator<string> {
  let end = value.length;
  for (let at = end - 1; at >= 0; at--) {
    if (value[at] === '"') at = openingQuote(value, at);
    else if (value[at] === ",") {
      yield forOf(value.slice(at + 1, end));
      end = at;
    }
  }
  yield forOf(value.slice(0, end));
}

/** Where the quoted text begins that ends at `closing`; -1: nowhere. */
function openingQuote(value: string, closing: number): number {
  for (let at = closing - 1; at >= 0; at--) {
    if (value[at] !== '"') continue;
    let backslashes = 0;
    while (value[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at -= backslashes;
  }
  return -1;
}

function forOf(element: string): string {
  let found = "";
  for (PAIR.lastIndex = 0; PAIR.lastIndex < element.length; ) {
    const pair = PAIR.exec(element);
    if (!pair) return "";
    const [, name = "", quoted, token = ""] = pair;
    if (name.toLowerCase() !== "for") continue;
    if (found !== "") return ""; // RFC 7239 §4: once per element
    found = quoted?.replace(/\\(.)/g, "$1") ?? token;
  }
  return found;
}
