import type { Attribute, Block, Body, Label, Value } from "./ast.ts";
import { createDiagnosticLog, type Position, type Report } from "./diagnostics.ts";
import { type Token, tokenize } from "./tokenize.ts";

const DEEPEST_NESTING = 32;

/**
 * Reads the text into a tree. A bad line is reported and left out, and reading goes on with the next one. Where a "}"
 * is missing, the text is read again and the indentation says which block lacks it.
 */
export function parse(text: string, report: Report): Body {
  const tokens = tokenize(text, report);
  const trial = createDiagnosticLog("");
  const parser = new Parser(tokens, trial, false);
  const body = parser.readDocument();
  if (parser.lacksBrace) return new Parser(tokens, report, true).readDocument();
  const { errors, warnings } = trial.sorted();
  for (const error of errors) report.error(error, error.message);
  for (const warning of warnings) report.warn(warning, warning.message);
  return body;
}

class Parser {
  lacksBrace = false;
  readonly #tokens: readonly Token[];
  readonly #report: Report;
  readonly #trustsIndentation: boolean;
  #next = 0;

  constructor(tokens: readonly Token[], report: Report, trustsIndentation: boolean) {
    this.#tokens = tokens;
    this.#report = report;
    this.#trustsIndentation = trustsIndentation;
  }

  readDocument(): Body {
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    while (this.#peek().kind !== "end") {
      this.#readBody(undefined, attributes, blocks, 0);
      if (!this.#is("}")) continue;
      this.#report.error(
        this.#take().at,
        'this "}" closes nothing; remove it, or look for a "{" that is missing above',
      );
    }
    return { attributes, blocks };
  }

  /** Stops before the "}" that ends the body, or at the end of the text. */
  #readBody(owner: Token | undefined, attributes: Attribute[], blocks: Block[], depth: number): void {
    for (;;) {
      this.#skipNewlines();
      const token = this.#peek();
      if (token.kind === "end" || this.#is("}") || this.#isOutside(owner, token)) return;
      if (token.kind === "word") this.#readStatement(attributes, blocks, depth);
      else this.#reject(token.at, `expected an attribute or a block, found ${describe(token)}`);
    }
  }

  #readStatement(attributes: Attribute[], blocks: Block[], depth: number): void {
    const name = this.#take();
    if (this.#is("=")) attributes.push(this.#readAttribute(name, depth));
    else this.#readBlock(name, blocks, depth);
  }

  #readAttribute(name: Token, depth: number): Attribute {
    const { at } = this.#take();
    const value = this.#readValue(depth);
    if (value === undefined) this.#skipLine();
    else this.#endAttribute();
    return { name: name.text, at: name.at, value: value ?? { kind: "broken", at } };
  }

  #readBlock(name: Token, blocks: Block[], depth: number): void {
    const labels = this.#readLabels();
    const afterLabels = this.#next;
    this.#skipNewlines();
    if (!this.#is("{")) {
      this.#next = afterLabels;
      const wanted = labels.length === 0 ? `"=" and a value, or "{"` : `"{"`;
      this.#reject(this.#peek().at, `expected ${wanted} after ${name.text}, found ${describe(this.#peek())}`);
    } else if (depth >= DEEPEST_NESTING) {
      this.#reject(name.at, "blocks are nested too deeply to be meant");
    } else {
      this.#take();
      const block = { keyword: name.text, at: name.at, labels, attributes: [], blocks: [] };
      blocks.push(block);
      this.#readBody(name, block.attributes, block.blocks, depth + 1);
      if (this.#is("}") && !this.#isOutside(name, this.#peek())) this.#take();
      else this.#reportOpen(name);
    }
  }

  #readLabels(): Label[] {
    const labels: Label[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === "word") {
        this.#report.error(token.at, `names stand in double quotes: write "${token.text}"`);
      } else if (token.kind !== "string") return labels;
      labels.push({ value: token.text, at: this.#take().at });
    }
  }

  #readValue(depth: number): Value | undefined {
    const token = this.#peek();
    const { at, text } = token;
    if (token.kind === "string") return { kind: "string", value: this.#take().text, at };
    if (token.kind === "number") return { kind: "number", value: Number(this.#take().text), at };
    if (token.kind === "word" && (text === "true" || text === "false")) {
      return { kind: "boolean", value: this.#take().text === "true", at };
    }
    const isList = this.#is("[");
    if (isList && depth < DEEPEST_NESTING) return this.#readList(depth + 1);
    this.#report.error(at, isList ? "lists are nested too deeply to be meant" : explainBadValue(token));
    return undefined;
  }

  #readList(depth: number): Value | undefined {
    const { at } = this.#take();
    const items: Value[] = [];
    for (;;) {
      this.#skipNewlines();
      if (this.#is("]")) {
        this.#take();
        return { kind: "list", items, at };
      }
      const item = this.#readValue(depth);
      if (item === undefined) return undefined;
      items.push(item);
      this.#skipNewlines();
      if (this.#is(",")) this.#take();
      else if (!this.#is("]")) {
        this.#report.error(this.#peek().at, `expected "," or "]" in this list, found ${describe(this.#peek())}`);
        return undefined;
      }
    }
  }

  #endAttribute(): void {
    const token = this.#peek();
    if (token.kind === "newline" || token.kind === "end" || this.#is("}")) return;
    if (token.kind === "word") {
      this.#report.warn(token.at, `${token.text} stands on the line of another attribute; give it a line of its own`);
      return;
    }
    this.#reject(token.at, `expected the end of the line after this value, found ${describe(token)}`);
  }

  #reportOpen(opening: Token): void {
    this.lacksBrace = true;
    const { kind, at } = this.#peek();
    const place = kind === "end" ? "the end of the file" : `line ${at.line}`;
    this.#report.error(opening.at, `this ${opening.text} block is never closed; a "}" is missing before ${place}`);
  }

  /** In text that lacks a "}": a line that starts left of, or level with, the block's own line is not inside it. */
  #isOutside(owner: Token | undefined, token: Token): boolean {
    if (!this.#trustsIndentation || owner === undefined || !token.isFirst || token.at.line === owner.at.line)
      return false;
    return token.text === "}" ? token.at.column < owner.at.column : token.at.column <= owner.at.column;
  }

  #reject(at: Position, message: string): void {
    this.#report.error(at, message);
    this.#skipLine();
  }

  /** Goes to the end of the line, or of the braces and brackets opened on it; stops before a "}" of the block around. */
  #skipLine(): void {
    let depth = 0;
    for (let token = this.#peek(); token.kind !== "end"; token = this.#peek()) {
      if (depth === 0 && (token.kind === "newline" || this.#is("}"))) return;
      if (this.#is("{")) depth += 1;
      if (this.#is("}")) depth -= 1;
      this.#take();
    }
  }

  #skipNewlines(): void {
    while (this.#peek().kind === "newline") this.#take();
  }

  #is(punctuation: string): boolean {
    const token = this.#peek();
    return token.kind === "punctuation" && token.text === punctuation;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error("the manifest parser read past the end of its tokens: a bug in parse.ts");
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next += 1;
    return token;
  }
}

function describe(token: Token): string {
  if (token.kind === "end") return "the end of the file";
  if (token.kind === "newline") return "the end of the line";
  return token.kind === "string" ? `the string "${token.text}"` : `"${token.text}"`;
}

function explainBadValue(token: Token): string {
  if (token.kind === "word" || (token.kind === "other" && /^[\w.@/*-]+$/.test(token.text))) {
    return `"${token.text}" is not a value; a string stands in double quotes`;
  }
  if (token.text === "{") return 'a value cannot be "{ … }"; write a block without "="';
  return `expected a value (a string in double quotes, a number, true, false or a list), found ${describe(token)}`;
}
