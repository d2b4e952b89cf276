import type { Position } from "./diagnostics.ts";

export interface Label {
  readonly value: string;
  readonly at: Position;
}

export type Value =
  | { readonly kind: "string"; readonly value: string; readonly at: Position }
  | { readonly kind: "number"; readonly value: number; readonly at: Position }
  | { readonly kind: "boolean"; readonly value: boolean; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly at: Position }
  | { readonly kind: "broken"; readonly at: Position }; // no value; the parser has said why

export interface Attribute {
  readonly name: string;
  readonly at: Position;
  readonly value: Value;
}

export interface Body {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** `keyword "label" { … }`; `at` is where the keyword begins. */
export interface Block extends Body {
  readonly keyword: string;
  readonly at: Position;
  readonly labels: readonly Label[];
}

/** `queue "jobs"`, as messages name a block. */
export function describeBlock(block: Block): string {
  return [block.keyword, ...block.labels.map((label) => `"${label.value}"`)].join(" ");
}

/** The blocks of one keyword directly inside a body, in the order of the text. */
export function blocksOf(body: Body, keyword: string): Block[] {
  return body.blocks.filter((block) => block.keyword === keyword);
}

/** The attribute's string with its place; undefined where it is absent or no string. */
export function stringOf(body: Body, name: string): Label | undefined {
  const value = body.attributes.find((attribute) => attribute.name === name)?.value;
  return value?.kind === "string" ? value : undefined;
}

/** Whether the attribute is there and true. */
export function isTrue(body: Body, name: string): boolean {
  return body.attributes.some(({ name: other, value }) => other === name && value.kind === "boolean" && value.value);
}

/** The block's name: its first label, or undefined where it has none. */
export function nameOf(block: Block): string | undefined {
  return block.labels[0]?.value;
}
