import type { Position, Report } from "./diagnostics.ts";

export type TokenKind = "word" | "string" | "number" | "punctuation" | "newline" | "end" | "other";

export interface Token {
  readonly kind: TokenKind;
  /** As written, save for a string: there it is the content with its escapes resolved. */
  readonly text: string;
  readonly at: Position;
  /** True for the first token of its line. */
  readonly isFirst: boolean;
}

const PATTERNS: readonly (readonly [TokenKind | "skip", RegExp])[] = [
  ["skip", /[ \t\r\f\v\u00a0\ufeff]+|(?:\/\/|#)[^\n]*/y],
  ["newline", /\n/y],
  ["word", /[A-Za-z_][A-Za-z0-9_-]*/y],
  ["number", /-?\d+(?:\.\d+)?(?![\w.])/y],
  ["punctuation", /[{}[\],=]/y],
];

const HEREDOC = /<<[-~]?([A-Za-z_]\w*)[^\n]*\n(?:[^\n]*\n)*?[ \t]*\1(?![^\n])/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y;
/** What a string that lacks its closing quote has swallowed of the line's own punctuation. */
const SWALLOWED = /\s*[{}\],]*\s*$/;
const QUOTED = /(["'])((?:\\[^\n]|(?!\1)[^\\\n])*)(\1?)/y;
const OTHER = /[^\s{}[\],="'#]+|[\s\S]/y;

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", "\\": "\\", n: "\n", t: "\t", r: "\r" };

/**
 * Splits a manifest into tokens, ending with one of kind `end`. Text that no token allows is reported or handed on as
 * `other`, so that the parser goes on after it; nothing throws.
 */
export function tokenize(text: string, report: Report): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  let isFirst = true;

  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
  const advance = (taken: string): void => {
    offset += taken.length;
    const lastNewline = taken.lastIndexOf("\n");
    if (lastNewline === -1) return;
    line += taken.split("\n").length - 1;
    lineStart = offset - taken.length + lastNewline + 1;
  };
  const push = (kind: TokenKind, content: string, at: Position): void => {
    tokens.push({ kind, text: content, at, isFirst });
    isFirst = kind === "newline";
  };

  scan: while (offset < text.length) {
    const at: Position = { line, column: offset - lineStart + 1 };
    for (const [kind, pattern] of PATTERNS) {
      const found = match(pattern);
      if (found === null) continue;
      advance(found[0]);
      if (kind !== "skip") push(kind, found[0], at);
      continue scan;
    }
    const quoted = match(QUOTED);
    if (quoted !== null) {
      const isClosed = quoted[3] !== "";
      advance(isClosed ? quoted[0] : quoted[0].replace(SWALLOWED, ""));
      push("string", readString(quoted, at, report), at);
      continue;
    }
    const comment = match(BLOCK_COMMENT);
    if (comment !== null) {
      report.error(at, "comments run from // or # to the end of the line; /* … */ is not part of the language");
      advance(comment[0]);
      continue;
    }
    const heredoc = match(HEREDOC);
    if (heredoc !== null) {
      report.error(at, "heredocs are not part of the language; write the text as one string in double quotes");
      advance(heredoc[0]);
      push("string", heredoc[0], at);
      continue;
    }
    const other = match(OTHER)?.[0] ?? text.slice(offset);
    advance(other);
    push("other", other, at);
  }
  push("end", "", { line, column: offset - lineStart + 1 });
  return tokens;
}

function readString([, quote, written = "", closing]: RegExpExecArray, at: Position, report: Report): string {
  const raw = closing === "" ? written.replace(SWALLOWED, "") : written;
  if (closing === "") {
    report.error(at, `this string is not closed; end it with ${quote} on the same line`);
  } else if (quote === "'") {
    report.error(at, `strings take double quotes: write "${raw}"`);
  }
  if (raw.includes("${")) {
    report.warn(at, '"${" is kept as written: the language has no variables and no interpolation');
  }
  return raw.replace(/\\(.)/g, (pair: string, escaped: string) => {
    const character = ESCAPES[escaped];
    if (character !== undefined) return character;
    const known = Object.keys(ESCAPES).map((name) => `\\${name}`);
    report.error(at, `unknown escape ${pair} in this string; known are ${known.join(" ")}`);
    return escaped;
  });
}
